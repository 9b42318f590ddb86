import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { OnProgress } from "../progress.js";
import type { Language } from "../schema.js";

const units = {
  rows: { zh: "行", en: "rows" },
  customers: { zh: "位客户", en: "customers" },
  steps: { zh: "步", en: "steps" },
} as const;

/** One bar per step on stderr; on something that is not a terminal, one line per step. */
export function progressBars(language: Language): { report: OnProgress; stop(): void } {
  return process.stderr.isTTY ? bars(language) : lines(language);
}

function bars(language: Language) {
  const multi = new MultiBar(
    { stream: process.stderr, hideCursor: true, clearOnComplete: false, format: " {bar} {percentage}% {step} {value}/{total} {unit} {rate}" },
    Presets.shades_classic,
  );
  const open = new Map<string, SingleBar>();
  const finish = (except?: string) => {
    for (const [step, bar] of open) if (step !== except) bar.update(bar.getTotal());
  };
  return {
    report: ((progress) => {
      const step = progress.step[language];
      const rate = progress.per_second === null ? "" : `${progress.per_second.toLocaleString("en-US")}/s`;
      const fields = { step, unit: units[progress.unit][language], rate };
      const total = progress.total ?? Math.max(progress.done, 1);
      const bar = open.get(step) ?? multi.create(total, 0, fields);
      if (!open.has(step)) finish(step);
      open.set(step, bar);
      bar.setTotal(total);
      bar.update(progress.done, fields);
    }) satisfies OnProgress,
    stop: () => {
      finish();
      multi.stop();
    },
  };
}

function lines(language: Language) {
  let last: string | undefined;
  return {
    report: ((progress) => {
      const step = progress.step[language];
      if (step === last) return;
      last = step;
      process.stderr.write(`${step} …\n`);
    }) satisfies OnProgress,
    stop: () => undefined,
  };
}
