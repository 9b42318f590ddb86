import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { About } from "../customer/schema.js";
import { isFile, limit, type Page, pathTo, readText } from "../platform/cli/arguments.js";
import type { ApiClient, Cli } from "../platform/cli/index.js";
import { sayChange, sayDiff, sayProposals } from "./say-change.js";
import {
  type ModelChange,
  type ModelPreview,
  type ModelSource,
  type ModelVersion,
  type Proposal,
  type ProposalAnswer,
  ProposalState,
  type VersionDiff,
} from "./schema.js";

export const readModel = (file: string) =>
  readText(file, "tiering", { zh: "检查路径；预置模型直接写名称，例如 rfm", en: "Check the path; a preset is named without one, for example rfm" });

const sourceOf = (named: string): ModelSource => {
  if (!isFile(named) && !existsSync(named)) return { preset: named };
  const { text, file } = readModel(named);
  return { text, origin: basename(file) };
};

const version = (value: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError("1, 2, 3 …");
  return Number(value);
};

interface Asked {
  asOf?: string;
  confirm?: boolean;
  note?: string;
}

/** A job's result comes back with its keys in no order: tiers are told best first. */
function inOrder<Answer extends ModelPreview>(told: Answer): Answer {
  const ids = [...new Set([...told.tiers.map(({ id }) => id), ...Object.keys(told.before)])];
  const ordered = <Value>(of: Record<string, Value>): Record<string, Value> =>
    Object.fromEntries(ids.flatMap((id) => (id in of ? [[id, of[id] as Value] as const] : [])));
  const matrix = Object.fromEntries(Object.entries(ordered(told.matrix)).map(([from, to]) => [from, ordered(to)]));
  return { ...told, before: ordered(told.before), after: ordered(told.after), matrix };
}

/** Queue it, follow the job, print what came of it. */
async function follow<Answer extends ModelPreview>(
  cli: Cli,
  api: ApiClient,
  path: string,
  source: ModelSource,
  { asOf, confirm, note }: Asked,
): Promise<Answer> {
  const progress = cli.progress();
  try {
    return inOrder(await api.job<Answer>(await api.post<{ job: string }>(path, { source, as_of: asOf, confirm, note }), progress.report));
  } finally {
    progress.stop();
  }
}

async function apply(cli: Cli, source: ModelSource, options: Asked): Promise<void> {
  const api = await cli.api();
  const change = await follow<ModelChange>(cli, api, "/models/apply", source, options);
  const model = await api.get<ModelVersion>(pathTo(["models", change.model]));
  const { currency } = await api.get<About>("/about");
  cli.print(change, () => sayChange(change, model, currency, cli));
}

const asOf = ["--as-of <date>", "the day, YYYY-MM-DD; absent: that of the model's last run, or the newest day of the facts"] as const;
const confirm = ["--confirm", "go on although more customers move than the model's safety allows"] as const;
const why = ["--note <text>", "why the change is made: for who approves it, and for the audit trail"] as const;

/** Changes of models. */
export function changeCommands(models: Command, cli: Cli): void {
  models
    .command("preview")
    .description("what publishing a model file would do: tiers, movers, workload and cost before and after; changes nothing")
    .argument("<file>", "model file or preset")
    .option(...asOf)
    .action(async (file: string, options: Asked) => {
      const api = await cli.api();
      const preview = await follow<ModelPreview>(cli, api, "/models/preview", sourceOf(file), options);
      const { currency } = await api.get<About>("/about");
      cli.print(preview, () => sayChange(preview, undefined, currency, cli));
    });
  models
    .command("apply")
    .description("publish a model file, or a preset by its name, and grade everybody by it where the model was run before")
    .argument("<file>", "model file or preset")
    .option(...asOf)
    .option(...confirm)
    .option(...why)
    .action((file: string, options: Asked) => apply(cli, sourceOf(file), options));
  models
    .command("rollback")
    .description("publish an earlier version again, and grade everybody by it")
    .argument("<model>", "name of the model")
    .option("--to <version>", "which version; absent: the one before the one in force", version)
    .option(...asOf)
    .option(...confirm)
    .option(...why)
    .action((model: string, { to, ...options }: Asked & { to?: number }) => apply(cli, { model, ...(to === undefined ? {} : { version: to }) }, options));
  models
    .command("diff")
    .description("two versions of a model, line by line")
    .argument("<model>", "name of the model")
    .argument("<from>", "the older version", version)
    .argument("<to>", "the newer version", version)
    .action(async (model: string, from: number, to: number) => {
      const api = await cli.api();
      const diff = await api.get<VersionDiff>(pathTo(["models", model, "diff"], { from, to }));
      cli.print(diff, () => sayDiff(diff));
    });
  proposalCommands(models, cli);
}

function proposalCommands(models: Command, cli: Cli): void {
  models
    .command("proposals")
    .description("changes that wait for somebody else's approval, and what became of them")
    .addOption(new Option("--state <state>", "of this state only").choices([...ProposalState.options]))
    .option("--model <model>", "of this model only")
    .option("--limit <n>", "how many", limit, 20)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (options: Record<string, string | number>) => {
      const api = await cli.api();
      const page = await api.get<Page<Proposal>>(pathTo(["proposals"], options));
      cli.print(page, () => sayProposals(page.items, cli));
    });
  const decide = async (proposal: string, approve: boolean, note: string | undefined): Promise<void> => {
    const api = await cli.api();
    const { job, ...decided } = await api.post<ProposalAnswer>(pathTo(["proposals", proposal, "decision"]), { approve, note });
    const progress = cli.progress();
    try {
      if (job !== null) await api.job({ job }, progress.report);
    } finally {
      progress.stop();
    }
    cli.print(decided, () => sayProposals([decided], cli));
  };
  models
    .command("approve")
    .description("approve a change somebody else asked for: it is published, and everybody is graded by it")
    .argument("<proposal>", "number of the proposal")
    .option("--note <text>", "what the decision is based on")
    .action((proposal: string, { note }: { note?: string }) => decide(proposal, true, note));
  models
    .command("refuse")
    .description("refuse a change somebody else asked for")
    .argument("<proposal>", "number of the proposal")
    .option("--note <text>", "what the decision is based on")
    .action((proposal: string, { note }: { note?: string }) => decide(proposal, false, note));
  models
    .command("withdraw")
    .description("take back a change that waits")
    .argument("<proposal>", "number of the proposal")
    .action(async (proposal: string) => {
      const api = await cli.api();
      const withdrawn = await api.post<Proposal>(pathTo(["proposals", proposal, "withdraw"]));
      cli.print(withdrawn, () => sayProposals([withdrawn], cli));
    });
}
