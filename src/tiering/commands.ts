import { basename } from "node:path";
import { type Command, Option } from "commander";
import type { About } from "../customer/schema.js";
import { isFile, limit, type Page, pathTo } from "../platform/cli/arguments.js";
import type { ApiClient, Cli } from "../platform/cli/index.js";
import { ProblemError } from "../platform/problem.js";
import { refuseNoModel } from "./absence.js";
import { changeCommands, readModel } from "./change-commands.js";
import { fitCommands } from "./fit/commands.js";
import { fitsCommands } from "./fits-commands.js";
import { groupCommands } from "./group-commands.js";
import { nearCommands } from "./near-commands.js";
import { overrideCommands } from "./override-commands.js";
import { sayCustomers, sayExplanation, sayOverview, sayRun, sayRuns } from "./say.js";
import {
  type Explanation,
  type ModelCheck,
  type ModelVersion,
  type Overview,
  Phase,
  type Preset,
  type PublishedModel,
  type Run,
  type RunRequest,
  type RunResult,
  type StandingRow,
} from "./schema.js";

/** Publish a file's model; its problems name the file. */
async function publishFile(api: ApiClient, path: string): Promise<ModelVersion> {
  const { text, file } = readModel(path);
  return api.post<ModelVersion>("/models", { text, origin: basename(file) });
}

/** The service model, or the problem that there is no model at all. */
async function serviceModelOf(api: ApiClient): Promise<PublishedModel> {
  return (await api.get<Page<PublishedModel>>("/models")).items.find(({ service }) => service) ?? refuseNoModel();
}

export function commands(program: Command, cli: Cli): void {
  program
    .command("tier")
    .description("grade every customer by a model")
    .argument("<model>", "name of a published model or preset, or a model file, which is published first")
    .requiredOption("--as-of <date>", "the day, YYYY-MM-DD, through its end")
    .addOption(new Option("--bands <ties>", "another tie rule for quantile bands; such a run only reads").choices(["ranked", "ntile"]))
    .option("--known-at <when>", "as it was known on this day, or at a moment such as 2026-03-30T10:00:00+08:00; such a run only reads")
    .option("--calibrate", "fit bands and means anew, for models that do so when asked")
    .option(
      "--only-changed",
      "only who may have another grade since the last run, by their facts or by the days that passed; everybody where that is not enough",
    )
    .option("--confirm", "go on although more customers move than the model's safety allows")
    .option("--out <file>", "write one row per customer to this CSV file")
    .action(
      async (
        model: string,
        options: { asOf: string; knownAt?: string; bands?: RunRequest["bands"]; calibrate?: boolean; confirm?: boolean; onlyChanged?: boolean; out?: string },
      ) => {
        const api = await cli.api();
        const named = isFile(model) ? (await publishFile(api, model)).model : model;
        const progress = cli.progress();
        try {
          const { asOf, knownAt, bands, calibrate, confirm, onlyChanged } = options;
          const accepted = await api.post<{ job: string }>("/runs", {
            model: named,
            as_of: asOf,
            known_at: knownAt,
            bands,
            calibrate,
            confirm,
            only_changed: onlyChanged,
          });
          const result = await api.job<RunResult>(accepted, progress.report);
          if (options.out !== undefined) await api.download(pathTo(["runs", String(result.run), "rows"], { exact: 1 }), options.out);
          progress.stop();
          const version = await api.get<ModelVersion>(pathTo(["models", result.model], { version: result.version }));
          // A job's result comes back with its keys in no order: tiers are told best first.
          const tiers = Object.fromEntries(version.tiers.map(({ id }) => [id, result.tiers[id] ?? 0]));
          const { run, as_of, known_at, customers, moved, first_graded, seconds, recomputed, decided, advanced } = result;
          const answer: RunResult = {
            run,
            model: result.model,
            version: result.version,
            as_of,
            known_at,
            customers,
            tiers,
            moved,
            first_graded,
            seconds,
            ...(recomputed === undefined ? {} : { recomputed }),
            decided,
            advanced,
          };
          cli.print(answer, () => sayRun(answer, version, cli, options.out));
        } finally {
          progress.stop();
        }
      },
    );

  program
    .command("explain")
    .description("why a customer has this tier")
    .argument("<customer>", "customer id")
    .option("--model <model>", "name of the model; absent: the service model")
    .action(async (customer: string, options: { model?: string }) => {
      const api = await cli.api();
      const explanation = await api.get<Explanation>(pathTo(["customers", customer, "explanation"], options));
      cli.print(explanation, () => sayExplanation(explanation, cli));
    });

  program
    .command("runs")
    .description("runs, the newest first")
    .option("--model <model>", "of this model only")
    .option("--limit <n>", "how many", limit, 20)
    .action(async (options: { model?: string; limit: number }) => {
      const api = await cli.api();
      const runs = await api.get<Page<Run>>(pathTo(["runs"], options));
      cli.print(runs, () => sayRuns(runs.items, cli));
    });

  program
    .command("overview")
    .description("tiers with customers and value, and who moved")
    .argument("[model]", "absent: every model that was run")
    .action(async (model: string | undefined) => {
      const api = await cli.api();
      const models = model === undefined ? (await api.get<Page<ModelVersion>>("/models")).items.map((one) => one.model) : [model];
      const found: Overview[] = [];
      for (const one of models) {
        const overview = await api.get<Overview>(pathTo(["models", one, "overview"])).catch((error: unknown) => {
          if (model === undefined && error instanceof ProblemError && error.problems[0]?.code === "tiering.not_run") return undefined;
          throw error;
        });
        if (overview !== undefined) found.push(overview);
      }
      const { currency } = await api.get<About>("/about");
      cli.print(model === undefined ? found : found[0], () => found.map((one) => sayOverview(one, currency, cli)).join("\n\n"));
    });

  program
    .command("customers")
    .description("customers of a model")
    .argument("[model]", "name of the model; absent: the service model")
    .option("--tier <tiers>", "tiers, separated by commas")
    .option("--where <condition>", "over measures and scores, as in a model, and age, sex, region, branch, kind")
    .option("--group <group>", "those of this group")
    .option("--q <text>", "part of the id or name")
    .option("--manager <id>", "whom this account manager looks after; none: whom nobody does")
    .addOption(new Option("--phase <phase>", "on the way from one tier to another").choices([...Phase.options]))
    .option("--sort <column>", "a minus sorts down: --sort=-spend")
    .option("--limit <n>", "how many", limit, 50)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (model: string | undefined, options: Record<string, string | number>) => {
      const api = await cli.api();
      const page = await api.get<Page<StandingRow>>(pathTo(["models", model ?? (await serviceModelOf(api)).model, "customers"], options));
      cli.print(page, () => sayCustomers(page.items, page.total, cli));
    });

  groupCommands(program, cli);
  nearCommands(program, cli);
  fitsCommands(program, cli);
  fitCommands(program, cli);
  modelCommands(program.command("models").description("tier models"), cli);
  overrideCommands(program.command("overrides").description("a person's word over the model's tier, with a reason, an approver and a last day"), cli);
}

const reviewOf = ({ review }: PublishedModel, cli: Cli): string =>
  review === null ? "" : review.due ? cli.text({ zh: `${review.due_on} 已到期`, en: `${review.due_on}, has come` }) : review.due_on;

const serviceTier = { zh: "服务层级", en: "Service tier" };

function modelCommands(models: Command, cli: Cli): void {
  models
    .command("list")
    .description("published models, and presets that can be")
    .action(async () => {
      const api = await cli.api();
      const { items } = await api.get<Page<PublishedModel>>("/models");
      const presets = await api.get<Preset[]>("/presets");
      const open = presets.filter((preset) => !items.some((one) => one.model === preset.name));
      cli.print({ models: items, presets }, () =>
        cli.table(
          [
            cli.text({ zh: "模型", en: "Model" }),
            cli.text({ zh: "名称", en: "Title" }),
            cli.text({ zh: "版本", en: "Version" }),
            cli.text({ zh: "来源", en: "Origin" }),
            cli.text({ zh: "应复核", en: "Review due" }),
            "",
          ],
          [
            ...items.map((one) => [one.model, cli.text(one.title), one.version, one.origin, reviewOf(one, cli), one.service ? cli.text(serviceTier) : ""]),
            ...open.map((one) => [one.name, cli.text(one.title), "", cli.text({ zh: "预置，未发布", en: "preset, not published" }), "", ""]),
          ],
        ),
      );
    });
  models
    .command("show")
    .description("a published model's text")
    .argument("<model>", "name of the model")
    .option("--version <n>", "one of its versions")
    .action(async (model: string, options: { version?: string }) => {
      const api = await cli.api();
      const version = await api.get<ModelVersion>(pathTo(["models", model], options));
      cli.print(version, () => version.text.trimEnd());
    });
  models
    .command("service")
    .description("the service model, whose tiers staff see first; with a name, make that model the one")
    .argument("[model]", "name of a published model")
    .action(async (named: string | undefined) => {
      const api = await cli.api();
      const model = named === undefined ? await serviceModelOf(api) : await api.post<PublishedModel>(pathTo(["models", named, "service"]));
      cli.print(model, () =>
        cli.text({ zh: `${serviceTier.zh}：${model.title.zh}（${model.model}）`, en: `${serviceTier.en}: ${model.title.en} (${model.model})` }),
      );
    });
  models
    .command("reviewed")
    .description("say that a model was looked at and still holds; models with review_every ask for it again")
    .argument("<model>", "name of the model")
    .option("--note <text>", "what was found")
    .action(async (model: string, { note }: { note?: string }) => {
      const api = await cli.api();
      const reviewed = await api.post<PublishedModel>(pathTo(["models", model, "reviews"]), { note });
      const next = reviewed.review?.due_on;
      const { zh, en } = next === undefined ? { zh: "", en: "" } : { zh: `，下次应在 ${next}`, en: `, the next is due on ${next}` };
      cli.print(reviewed, () => cli.text({ zh: `${reviewed.title.zh}已复核${zh}`, en: `${reviewed.title.en} is reviewed${en}` }));
    });
  models
    .command("check")
    .description("every problem of a model file, with line and hint; runs its examples")
    .argument("<file>", "model file")
    .action(async (file: string) => {
      const given = readModel(file);
      const api = await cli.api();
      const check = await api.post<ModelCheck>("/models/check", given);
      if (check.problems.length > 0) throw new ProblemError(check.problems);
      cli.print(check, () =>
        cli.text({
          zh: `${given.file}：没有问题，${check.examples.length} 个示例都成立`,
          en: `${given.file}: no problems; all ${check.examples.length} examples hold`,
        }),
      );
    });
  changeCommands(models, cli);
}
