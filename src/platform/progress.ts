import type { Progress, Text } from "./schema.js";

/** Receives progress as it happens; must be cheap, it is called per chunk. */
export type OnProgress = (progress: Progress) => void;

/** Report one named step, with its own rate. */
export function stepProgress(report: OnProgress, step: Text, unit: Progress["unit"], total: number | null) {
  const started = performance.now();
  report({ step, done: 0, total, unit, per_second: null });
  return (done: number): void => {
    const seconds = (performance.now() - started) / 1000;
    report({ step, done, total, unit, per_second: seconds > 0 ? Math.round(done / seconds) : null });
  };
}
