import type { Command } from "commander";
import { limit, pathTo } from "../../platform/cli/arguments.js";
import type { Cli } from "../../platform/cli/index.js";
import type { Cycle, CycleSchedule } from "../../platform/cycle/schema.js";

const states = {
  waiting: { zh: "未开始", en: "waiting" },
  running: { zh: "进行中", en: "running" },
  done: { zh: "完成", en: "done" },
  failed: { zh: "失败", en: "failed" },
  interrupted: { zh: "中断", en: "interrupted" },
} as const satisfies Record<Cycle["steps"][number]["state"], { zh: string; en: string }>;

export function commands(program: Command, cli: Cli): void {
  program
    .command("run")
    .description("the daily cycle: import what is new, tier, assign, plan the day, prepare messages")
    .option("--day <date>", "the day to plan, YYYY-MM-DD; today when absent")
    .option("--again", "do steps again that are done for the day")
    .action(async (options: { day?: string; again?: boolean }) => {
      const api = await cli.api();
      const progress = cli.progress();
      try {
        const cycle = await api.job<Cycle>(await api.post<{ job: string }>("/cycles", options), progress.report);
        progress.stop();
        cli.print(cycle, () => say(cycle, cli));
      } finally {
        progress.stop();
      }
    });
  program
    .command("cycles")
    .description("days that were run, with their steps, newest first")
    .option("--limit <n>", "how many", limit, 5)
    .action(async (options: { limit: number }) => {
      const api = await cli.api();
      const found = await api.get<{ items: Cycle[] }>(pathTo(["cycles"], options));
      cli.print(found, () => found.items.map((one) => say(one, cli)).join("\n\n"));
    });
  program
    .command("schedule")
    .description("when the server starts the day by itself, on the workspace's clock")
    .option("--at <time>", "start it at HH:MM")
    .option("--off", "do not start it")
    .action(async ({ at, off }: { at?: string; off?: boolean }) => {
      const api = await cli.api();
      const held = await api.get<CycleSchedule>("/cycles/schedule");
      const wanted = { enabled: off !== true && (at !== undefined || held.enabled), starts_at: at ?? held.starts_at };
      const now = at === undefined && off === undefined ? held : await api.post<CycleSchedule>("/cycles/schedule", wanted);
      cli.print(now, () =>
        now.enabled
          ? cli.text({ zh: `服务器每天 ${now.starts_at} 自动运行`, en: `The server starts the day at ${now.starts_at}` })
          : cli.text({ zh: "服务器不自动运行；用 --at 06:00 打开", en: "The server does not start the day by itself; --at 06:00 lets it" }),
      );
    });
}

function say({ day, steps }: Cycle, cli: Cli): string {
  const head = [
    { zh: "步骤", en: "Step" },
    { zh: "状态", en: "State" },
    { zh: "秒", en: "Seconds" },
    { zh: "结果", en: "Result" },
  ].map(cli.text);
  const rows = steps.map((step) => [
    cli.text(step.title),
    cli.text(states[step.state]),
    step.seconds === null ? "" : String(step.seconds),
    [
      ...step.counts.map(({ title, count }) => `${cli.text(title)} ${count}`),
      ...step.problems.map((one) => cli.text(one.message)),
      ...(step.note === null ? [] : [cli.text(step.note)]),
    ].join(", "),
  ]);
  return `${day}\n${cli.table(head, rows)}`;
}
