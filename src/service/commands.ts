import { basename } from "node:path";
import type { Command } from "commander";
import { isFile, limit, type Page, pathTo, readText } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { ProblemError } from "../platform/problem.js";
import { sayContact, sayCoverage, sayDay, sayPlans, sayTasks, sayTeam } from "./say.js";
import type { Contact, Coverage, DayPlan, NewContact, Outcome, PlanCheck, PlanVersion, Task, TeamDay, Today } from "./schema.js";

const readPlan = (file: string) =>
  readText(file, "service", {
    zh: "检查路径；预置计划直接写名称，例如 retail-1-plus-4",
    en: "Check the path; a preset is named without one, for example retail-1-plus-4",
  });

export function commands(program: Command, cli: Cli): void {
  program
    .command("plan-day")
    .description("what is owed on a day: obligations, and every manager's list within their capacity")
    .argument("<date>", "the day, YYYY-MM-DD")
    .action(async (day: string) => {
      const api = await cli.api();
      const progress = cli.progress();
      try {
        const plan = await api.job<DayPlan>(await api.post<{ job: string }>("/days", { day }), progress.report);
        progress.stop();
        cli.print(plan, () => sayDay(plan, cli));
      } finally {
        progress.stop();
      }
    });
  program
    .command("today")
    .description("one manager's list, or how the day goes for all of them")
    .argument("[manager]", "manager id; absent: every manager in a line")
    .option("--day <date>", "the last day that was planned when absent")
    .option("--branch <name>", "managers of this branch alone")
    .option("--limit <n>", "how many managers", limit, 50)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (manager: string | undefined, { day, ...others }: { day?: string; branch?: string; limit: number; cursor?: string }) => {
      const api = await cli.api();
      if (manager === undefined) {
        const team = await api.get<Page<TeamDay>>(pathTo(["today", "team"], { day, ...others }));
        cli.print(team, () => sayTeam(team.items, team.total, cli));
        return;
      }
      const today = await api.get<Today>(pathTo(["today"], { manager, day }));
      cli.print(today, () => sayTasks(today, cli));
    });
  program
    .command("coverage")
    .description("what each tier was promised and what it got; of this quarter without days")
    .option("--from <date>", "windows that end on this day or later")
    .option("--to <date>", "and no later than this")
    .action(async (options: { from?: string; to?: string }) => {
      const api = await cli.api();
      const coverage = await api.get<Coverage>(pathTo(["coverage"], options));
      cli.print(coverage, () => sayCoverage(coverage, cli));
    });
  taskCommands(program.command("tasks").description("work on tasks"), cli);
  program
    .command("contact")
    .description("record a contact with a customer; it meets what it should")
    .argument("<customer>", "customer id")
    .requiredOption("--channel <channel>", "call, visit, wechat, sms, email, letter")
    .option("--in", "the customer came to us")
    .option("--not-reached", "nobody was reached")
    .option("--note <text>", "what was said")
    .option("--evidence <text>", "what shows it, for promises that ask for it")
    .action(async (customer: string, options: { channel: string; in?: boolean; notReached?: boolean; note?: string; evidence?: string }) => {
      const api = await cli.api();
      const body = {
        channel: options.channel,
        direction: options.in === true ? "in" : "out",
        reached: options.notReached !== true,
        note: options.note,
        evidence: options.evidence,
      } as NewContact;
      const contact = await api.post<Contact>(pathTo(["customers", customer, "contacts"]), body);
      cli.print(contact, () => sayContact(contact, cli));
    });
  planCommands(program.command("plans").description("service plans: what each tier is promised"), cli);
}

function taskCommands(tasks: Command, cli: Cli): void {
  const outcome = async (task: string, body: Outcome): Promise<void> => {
    const api = await cli.api();
    const done = await api.post<Task>(pathTo(["tasks", task, "outcome"]), body);
    cli.print(done, () => `${done.task} ${cli.text(done.title)}: ${done.state}`);
  };
  tasks
    .command("done")
    .description("a task was done; the contact meets what it should")
    .argument("<task>", "its number")
    .requiredOption("--channel <channel>", "by which it was done")
    .option("--note <text>", "what was said")
    .option("--evidence <text>", "what shows it, where the task asks for it")
    .action((task: string, options: { channel: string; note?: string; evidence?: string }) => outcome(task, { outcome: "done", ...options } as Outcome));
  tasks
    .command("postpone")
    .description("put a task off to a later day")
    .argument("<task>", "its number")
    .requiredOption("--to <date>", "the day")
    .option("--note <text>", "why")
    .action((task: string, options: { to: string; note?: string }) => outcome(task, { outcome: "postponed", ...options }));
  tasks
    .command("not-reached")
    .description("the customer was not reached; the task comes again")
    .argument("<task>", "its number")
    .requiredOption("--channel <channel>", "by which it was tried")
    .option("--note <text>", "what was tried")
    .action((task: string, options: { channel: string; note?: string }) => outcome(task, { outcome: "not_reached", ...options } as Outcome));
}

function planCommands(plans: Command, cli: Cli): void {
  plans
    .command("list")
    .description("plans in force")
    .action(async () => {
      const api = await cli.api();
      const { items } = await api.get<{ items: PlanVersion[] }>("/plans");
      cli.print(items, () => sayPlans(items, cli));
    });
  plans
    .command("show")
    .description("a plan's text")
    .argument("<plan>", "name of the plan")
    .action(async (plan: string) => {
      const api = await cli.api();
      const version = await api.get<PlanVersion>(pathTo(["plans", plan]));
      cli.print(version, () => version.text.trimEnd());
    });
  plans
    .command("check")
    .description("every problem of a plan file, with line and hint")
    .argument("<file>", "plan file")
    .action(async (file: string) => {
      const given = readPlan(file);
      const api = await cli.api();
      const check = await api.post<PlanCheck>("/plans/check", given);
      if (check.problems.length > 0) throw new ProblemError(check.problems);
      cli.print(check, () => cli.text({ zh: `${file}：没有问题`, en: `${file}: no problems` }));
    });
  plans
    .command("apply")
    .description("publish a plan file, or a preset by its name")
    .argument("<file>", "plan file or preset")
    .action(async (file: string) => {
      const given = isFile(file) ? { text: readPlan(file).text, origin: basename(file) } : { preset: file };
      const api = await cli.api();
      const version = await api.post<PlanVersion>("/plans", given);
      cli.print(version, () =>
        cli.text({
          zh: `已发布 ${version.plan} 第 ${version.version} 版（${version.title.zh}）`,
          en: `${version.plan} version ${version.version} is published (${version.title.en})`,
        }),
      );
    });
}
