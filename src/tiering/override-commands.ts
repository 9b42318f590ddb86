import { type Command, Option } from "commander";
import { limit, type Page, pathTo } from "../platform/cli/arguments.js";
import type { ApiClient, Cli } from "../platform/cli/index.js";
import { type Override, type OverrideAnswer, OverrideKind, OverrideState, overrideKindLabels, overrideStateLabels } from "./schema.js";

function say(rows: readonly Override[], cli: Cli): string {
  const titles = [
    { zh: "编号", en: "Number" },
    { zh: "客户号", en: "Customer" },
    { zh: "姓名/名称", en: "Name" },
    { zh: "模型", en: "Model" },
    { zh: "调整", en: "Override" },
    { zh: "至", en: "Until" },
    { zh: "状态", en: "State" },
    { zh: "申请人", en: "Asked by" },
    { zh: "审批人", en: "Decided by" },
    { zh: "理由", en: "Reason" },
  ];
  return cli.table(
    titles.map(cli.text),
    rows.map((row) => [
      row.override,
      row.customer_id,
      row.name ?? "",
      row.model,
      `${cli.text(overrideKindLabels[row.kind])} ${row.tier}`,
      row.until_on,
      cli.text(overrideStateLabels[row.state]),
      row.requested_by,
      row.decided_by ?? "—",
      row.reason,
    ]),
  );
}

/** Print what came of it, once the tiers are in line with it. */
async function answer(api: ApiClient, cli: Cli, answered: OverrideAnswer): Promise<void> {
  const { job, ...override } = answered;
  const progress = cli.progress();
  try {
    if (job !== null) await api.job({ job }, progress.report);
  } finally {
    progress.stop();
  }
  cli.print(override, () => say([override], cli));
}

export function overrideCommands(overrides: Command, cli: Cli): void {
  overrides
    .command("list")
    .description("overrides, the newest first")
    .addOption(new Option("--state <state>", "of this state only").choices([...OverrideState.options]))
    .option("--model <model>", "of this model only")
    .option("--customer <id>", "of this customer only")
    .option("--limit <n>", "how many", limit, 20)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (options: Record<string, string | number>) => {
      const api = await cli.api();
      const page = await api.get<Page<Override>>(pathTo(["overrides"], options));
      cli.print(page, () => say(page.items, cli));
    });
  overrides
    .command("request")
    .description("ask for a tier other than the model's; somebody else approves it")
    .argument("<customer>", "customer id")
    .requiredOption("--model <model>", "name of the model")
    .addOption(new Option("--kind <kind>", "what it does: the tier stays, is at least, or at most this one").choices([...OverrideKind.options]).default("pin"))
    .requiredOption("--tier <tier>", "the tier")
    .requiredOption("--until <date>", "the last day on which it holds, YYYY-MM-DD")
    .requiredOption("--reason <text>", "the reason for it")
    .option("--plan <text>", "what is done for this customer alone")
    .action(async (customer: string, options: Record<string, string>) => {
      const api = await cli.api();
      const override = await api.post<Override>(pathTo(["customers", customer, "overrides"]), options);
      cli.print(override, () => say([override], cli));
    });
  for (const [word, approve, description] of [
    ["approve", true, "approve what somebody else asked for"],
    ["refuse", false, "refuse what somebody else asked for"],
  ] as const)
    overrides
      .command(word)
      .description(description)
      .argument("<override>", "number of the override")
      .option("--note <text>", "what is said to it")
      .action(async (override: string, { note }: { note?: string }) => {
        const api = await cli.api();
        await answer(api, cli, await api.post<OverrideAnswer>(pathTo(["overrides", override, "decision"]), { approve, note }));
      });
  overrides
    .command("end")
    .description("end an override, or withdraw one that waits")
    .argument("<override>", "number of the override")
    .action(async (override: string) => {
      const api = await cli.api();
      await answer(api, cli, await api.post<OverrideAnswer>(pathTo(["overrides", override, "end"]), {}));
    });
}
