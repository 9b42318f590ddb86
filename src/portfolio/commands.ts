import { basename } from "node:path";
import type { Command } from "commander";
import { isFile, limit, pathTo, readText } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { percent } from "../platform/percent.js";
import { ProblemError } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import {
  type AssignmentResult,
  assignmentReasonLabels,
  managerLevelLabels,
  type PolicyVersion,
  type PortfolioLoad,
  type PortfolioSummary,
  type Unplaced,
} from "./schema.js";

export function commands(program: Command, cli: Cli): void {
  program
    .command("assign")
    .description("give every customer a named owner, by tier, branch and capacity")
    .action(async () => {
      const api = await cli.api();
      const progress = cli.progress();
      try {
        const result = await api.job<AssignmentResult>(await api.post<{ job: string }>("/portfolio/assignments"), progress.report);
        progress.stop();
        cli.print(result, () => sayResult(result, cli));
      } finally {
        progress.stop();
      }
    });

  const portfolio = program.command("portfolio").description("who looks after whom");
  portfolio
    .command("show")
    .description("managers with their load against capacity, the fullest first")
    .option("--branch <branch>", "of this branch only")
    .option("--limit <n>", "how many", limit, 50)
    .action(async (options: { branch?: string; limit: number }) => {
      const api = await cli.api();
      const [loads, summary] = [await api.get<{ items: PortfolioLoad[] }>(pathTo(["managers"], options)), await api.get<PortfolioSummary>("/portfolio")];
      cli.print({ summary, managers: loads.items }, () => sayLoads(loads.items, options.branch === undefined ? summary : null, cli));
    });
  portfolio
    .command("unplaced")
    .description("customers without an owner, and why")
    .option("--branch <name>", "of this branch alone")
    .option("--reason <reason>", "for this reason alone: no_branch, no_manager, no_level, no_room")
    .option("--limit <n>", "how many", limit, 50)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (options: Record<string, string | number>) => {
      const api = await cli.api();
      const page = await api.get<{ items: Unplaced[]; total: number }>(pathTo(["portfolio", "unplaced"], options));
      const line = cli.text({ zh: `共 ${page.total} 位`, en: `${page.total} in all` });
      cli.print(page, () => {
        const table = cli.table(
          [
            { zh: "客户号", en: "Customer" },
            { zh: "机构", en: "Branch" },
            { zh: "层级", en: "Tier" },
            { zh: "原因", en: "Why" },
          ].map(cli.text),
          page.items.map((one) => [one.customer_id, one.branch ?? "", cli.text(one.tier_title), cli.text(assignmentReasonLabels[one.reason])]),
        );
        return [table, line].join("\n");
      });
    });
  portfolio
    .command("check")
    .description("every problem of a policy file, with line and hint")
    .argument("<file>", "policy file")
    .action(async (file: string) => {
      const api = await cli.api();
      const { problems } = await api.post<{ problems: Problem[] }>("/portfolio/policy/check", readText(file, "portfolio"));
      if (problems.length > 0) throw new ProblemError(problems);
      cli.print({ problems }, () => cli.text({ zh: `${file}：没有问题`, en: `${file}: no problems` }));
    });
  portfolio
    .command("apply")
    .description("publish a policy file, or a preset by its name")
    .argument("<file>", "policy file or preset")
    .action(async (file: string) => {
      const api = await cli.api();
      const given = isFile(file) ? { text: readText(file, "portfolio").text, origin: basename(file) } : { preset: file };
      const version = await api.post<PolicyVersion>("/portfolio/policy", given);
      cli.print(version, () =>
        cli.text({
          zh: `已发布管户规则第 ${version.version} 版（${version.title.zh}）`,
          en: `Version ${version.version} of the portfolio policy is published (${version.title.en})`,
        }),
      );
    });
}

function sayResult(result: AssignmentResult, cli: Cli): string {
  const line = cli.text({
    zh: `截至 ${result.as_of}，${result.customers} 位客户：新指派 ${result.assigned}，更换 ${result.moved}，保持 ${result.kept}，未指派 ${result.unplaced}，用时 ${result.seconds} 秒`,
    en: `As of ${result.as_of}, ${result.customers} customers: ${result.assigned} assigned, ${result.moved} moved, ${result.kept} kept, ${result.unplaced} without an owner, ${result.seconds} s`,
  });
  const why = Object.entries(result.unplaced_by_reason).map(
    ([reason, customers]) => `  ${cli.text(assignmentReasonLabels[reason as keyof typeof assignmentReasonLabels])}: ${customers}`,
  );
  return [line, ...why].join("\n");
}

/** The managers; below them the sums of all in sight, unless the list is of one branch. */
function sayLoads(loads: readonly PortfolioLoad[], summary: PortfolioSummary | null, cli: Cli): string {
  const head = [
    { zh: "编号", en: "Manager" },
    { zh: "姓名", en: "Name" },
    { zh: "机构", en: "Branch" },
    { zh: "级别", en: "Level" },
    { zh: "客户数", en: "Customers" },
    { zh: "每月工作量（小时）", en: "Work a month (h)" },
    { zh: "占上限", en: "Of capacity" },
  ].map(cli.text);
  const rows = loads.map(({ manager, customers, load, capacity }) => [
    manager.manager,
    manager.name ?? "",
    manager.branch ?? "",
    cli.text(managerLevelLabels[manager.level]),
    customers,
    (load / 60).toFixed(1),
    capacity === 0 ? "–" : percent(load / capacity, 0),
  ]);
  if (summary === null) return cli.table(head, rows);
  const unplaced = summary.unplaced.reduce((sum, one) => sum + one.customers, 0);
  const line = cli.text({
    zh: `${summary.placed} 位客户有负责人，${unplaced} 位没有`,
    en: `${summary.placed} customers have an owner, ${unplaced} have none`,
  });
  return [cli.table(head, rows), line].join("\n");
}
