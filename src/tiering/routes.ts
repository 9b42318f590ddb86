import { z } from "zod";
import { demand, operator } from "../access/index.js";
import type { Api, House, Routes } from "../platform/http/index.js";
import { problemsOf } from "../platform/http/invalid.js";
import { log } from "../platform/log.js";
import { atomically } from "../platform/postgres/atomically.js";
import { Numbered, numberedPlace, page } from "../platform/schema.js";
import { changeRoutes } from "./change-routes.js";
import { explanationOf, tiersOfCustomer } from "./explanation.js";
import { rowsFile } from "./file.js";
import { fitsRoutes } from "./fits-routes.js";
import { groupRoutes } from "./group-routes.js";
import { runByNumber } from "./inforce.js";
import { OVERRIDES_JOB, type Queued, RUN_JOB } from "./jobs.js";
import { customersOf, refuseAsked } from "./lists.js";
import { checkText, noSuchModel, publish, publishedVersion, publishPreset, type ReferencesPart, shownVersion } from "./models.js";
import { nearRoutes } from "./near-routes.js";
import { decideOverride, endOverride, listOverrides, requestOverride } from "./overrides.js";
import { overviewOf } from "./overview.js";
import { listPresets, presetNames, presetText } from "./presets.js";
import type { ChangeParts } from "./preview.js";
import { publishedModel, publishedModels } from "./published.js";
import { reviewModel } from "./reviews.js";
import { overridesDiffer } from "./run.js";
import { shownRun, shownRuns } from "./runs.js";
import {
  CustomerTier,
  Explanation,
  ModelCheck,
  ModelReview,
  ModelVersion,
  Override,
  OverrideAnswer,
  OverrideDecision,
  OverrideRequest,
  OverrideState,
  Overview,
  Phase,
  Preset,
  PresetText,
  PublishedModel,
  Run,
  RunRequest,
  StandingRow,
} from "./schema.js";
import { nameServiceModel, serviceModel } from "./service-model.js";
import * as store from "./store.js";
import { refuseDayToCome } from "./then.js";

const tags = ["tiering"];
const ModelParam = z.object({ model: z.string() });
/** As PostgreSQL numbers its rows. */
const RowNumber = Numbered.refine((number) => number < 2 ** 31, { params: { zh: "编号过大", en: "is a larger number than there are" } });
const RunParam = z.object({ run: RowNumber });
const Limit = z.coerce.number().int().min(1).max(200).default(50);
const NewVersion = z.union([
  z.object({ text: z.string().max(1_000_000), origin: z.string().max(200).default("api").meta({ description: "where the text came from: a file's name" }) }),
  z.object({ preset: z.string() }),
]);

/** `references`: what later features' documents name of a model; `workload`: what the customers of its tiers are owed. */
export const routes =
  ({ references, workload }: ChangeParts): Routes =>
  (api, house) => {
    modelRoutes(api, house.workspace, references);
    runRoutes(api, house);
    customerRoutes(api, house);
    overrideRoutes(api, house);
    groupRoutes(api, house);
    changeRoutes(api, house, references);
    nearRoutes(api, house, workload);
    fitsRoutes(api, house);
  };

function runRoutes(api: Api, { workspace, jobs }: House): void {
  api.post(
    "/runs",
    { schema: { summary: "Grade everyone", tags, body: RunRequest, response: { 202: z.object({ job: z.string() }) } } },
    async ({ actor, body }, reply) => {
      demand(actor, "tiers:run");
      refuseDayToCome(workspace, body.as_of, "as_of");
      const queued: Queued<RunRequest> = { actor, request: body };
      const job = await jobs.enqueue(RUN_JOB, actor.login, queued);
      return reply.code(202).send({ job: job.id });
    },
  );
  const RunsQuery = z.object({
    model: z.string().optional(),
    cursor: numberedPlace(9, 0).optional(),
    limit: Limit,
  });
  api.get("/runs", { schema: { summary: "Runs, the newest first", tags, querystring: RunsQuery, response: { 200: page(Run) } } }, async ({ actor, query }) => {
    demand(actor, "customers:read");
    const before = query.cursor === undefined || query.cursor === "" ? undefined : Number(query.cursor);
    const rows = await atomically(workspace.postgres, "all", (tx) => store.listRuns(tx, { model: query.model, before, limit: query.limit + 1 }));
    const items = rows.slice(0, query.limit);
    return { items: await shownRuns(workspace, actor, items), next: rows.length > query.limit ? String(items.at(-1)?.run) : null, total: null };
  });
  api.get("/runs/:run", { schema: { summary: "One run", tags, params: RunParam, response: { 200: Run } } }, async ({ actor, params }) => {
    demand(actor, "customers:read");
    return shownRun(workspace, actor, await runByNumber(workspace, params.run));
  });
  const RowsQuery = z.object({
    exact: z.enum(["0", "1"]).default("0").meta({ description: "1: texts as they are, also those a spreadsheet would take for formulas" }),
  });
  api.get(
    "/runs/:run/rows",
    { schema: { summary: "Everyone's tier, measures and scores as CSV", tags, params: RunParam, querystring: RowsQuery, produces: ["text/csv"] } },
    async ({ actor, params, query }, reply) => {
      demand(actor, "customers:read");
      const file = await rowsFile(workspace, actor, params.run, query.exact === "1");
      return reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="run-${params.run}.csv"`).send(file);
    },
  );
}

function customerRoutes(api: Api, { workspace }: House): void {
  const ListQuery = z.object({
    tier: z.string().optional().meta({ description: "tiers, separated by commas" }),
    from: z.string().optional().meta({ description: "moved at the last run from this tier; none: graded for the first time" }),
    where: z.string().max(5000).optional().meta({ description: "a condition over measures and scores, as in a model, and age, sex, region, branch, kind" }),
    group: z.string().max(100).optional().meta({ description: "those of this group" }),
    q: z.string().max(200).optional().meta({ description: "part of the id or name" }),
    manager: z.string().max(200).optional().meta({ description: "those this account manager looks after; none: those nobody does" }),
    phase: Phase.optional().meta({ description: "on the way from one tier to another; stable: those who are not" }),
    sort: z.string().optional().meta({ description: "tier, since, customer_id, name, a measure or a score; a minus sorts down" }),
    cursor: z.string().max(2000).optional(),
    limit: Limit,
  });
  api.get(
    "/models/:model/customers",
    {
      schema: { summary: "A page of a model's customers", tags, params: ModelParam, querystring: ListQuery, response: { 200: page(StandingRow) } },
      attachValidation: true,
    },
    ({ actor, params, query, validationError }) => {
      demand(actor, "customers:read");
      if (validationError !== undefined) return refuseAsked(workspace, actor, params.model, query, problemsOf(validationError));
      return customersOf(workspace, actor, params.model, query);
    },
  );
  api.get(
    "/models/:model/overview",
    { schema: { summary: "Tiers with customers and value, and who moved", tags, params: ModelParam, response: { 200: Overview } } },
    ({ actor, params }) => {
      demand(actor, "customers:read");
      return overviewOf(workspace, actor, params.model);
    },
  );
  const CustomerParam = z.object({ id: z.string() });
  api.get(
    "/customers/:id/explanation",
    {
      schema: {
        summary: "Why a customer has this tier",
        tags,
        params: CustomerParam,
        querystring: z.object({ model: z.string().optional().meta({ description: "absent: the service model" }) }),
        response: { 200: Explanation },
      },
    },
    async ({ actor, params, query }) => {
      demand(actor, "customers:read");
      return explanationOf(workspace, actor, params.id, query.model ?? (await serviceModel(workspace)));
    },
  );
  api.get(
    "/customers/:id/tiers",
    { schema: { summary: "A customer's tier in every model", tags, params: CustomerParam, response: { 200: z.array(CustomerTier) } } },
    ({ actor, params }) => {
      demand(actor, "customers:read");
      return tiersOfCustomer(workspace, actor, params.id);
    },
  );
}

const LOOK_EVERY_MS = 30_000;

function overrideRoutes(api: Api, { workspace, jobs }: House): void {
  // What was approved or ended is brought in line at once, and what begins or ends at midnight soon after it.
  const apply = async (login: string): Promise<string | null> => (await jobs.enqueueNext(OVERRIDES_JOB, login, null))?.id ?? null;
  let looking: NodeJS.Timeout | undefined;
  const look = (): void =>
    void overridesDiffer(workspace)
      .then((differ) => (differ ? apply(operator.login) : undefined))
      .catch((error: unknown) => log.error({ err: error }, "overrides could not be looked at"));
  api.addHook("onListen", () => {
    looking = setInterval(look, LOOK_EVERY_MS).unref();
    look();
  });
  api.addHook("onClose", async () => clearInterval(looking));

  const CustomerParam = z.object({ id: z.string() });
  api.post(
    "/customers/:id/overrides",
    {
      schema: { summary: "Ask for a tier other than the model's", tags, params: CustomerParam, body: OverrideRequest, response: { 201: Override } },
    },
    async ({ actor, params, body }, reply) => reply.code(201).send(await requestOverride(workspace, actor, params.id, body)),
  );
  const ListQuery = z.object({
    state: OverrideState.optional(),
    model: z.string().optional(),
    customer: z.string().optional(),
    cursor: numberedPlace(9, 0).optional(),
    limit: Limit,
  });
  api.get(
    "/overrides",
    { schema: { summary: "Overrides, the newest first", tags, querystring: ListQuery, response: { 200: page(Override) } } },
    async ({ actor, query }) => {
      demand(actor, "customers:read");
      return listOverrides(workspace, actor, { ...query, cursor: query.cursor === undefined || query.cursor === "" ? undefined : Number(query.cursor) });
    },
  );
  const OverrideParam = z.object({ override: RowNumber });
  api.post(
    "/overrides/:override/decision",
    {
      schema: {
        summary: "Approve or refuse an override somebody else asked for",
        tags,
        params: OverrideParam,
        body: OverrideDecision,
        response: { 200: OverrideAnswer },
      },
    },
    async ({ actor, params, body }) => {
      const decided = await decideOverride(workspace, actor, params.override, body);
      return { ...decided, job: decided.state === "active" ? await apply(actor.login) : null };
    },
  );
  api.post(
    "/overrides/:override/end",
    { schema: { summary: "End an override, or withdraw one that waits", tags, params: OverrideParam, response: { 200: OverrideAnswer } } },
    async ({ actor, params }) => {
      const ended = await endOverride(workspace, actor, params.override);
      return { ...ended, job: ended.state === "ended" ? await apply(actor.login) : null };
    },
  );
}

function modelRoutes(api: Api, workspace: House["workspace"], references: readonly ReferencesPart[]): void {
  api.get("/presets", { schema: { summary: "Models that come with the product", tags, response: { 200: z.array(Preset) } } }, async () => listPresets());
  api.get(
    "/presets/:preset",
    { schema: { summary: "The text of one of them", tags, params: z.object({ preset: z.string() }), response: { 200: PresetText } } },
    async ({ params }) => ({ name: params.preset, text: presetText(params.preset) ?? noSuchModel(params.preset, presetNames()) }),
  );
  api.get("/models", { schema: { summary: "Published models, each as in force", tags, response: { 200: page(PublishedModel) } } }, async ({ actor }) => {
    demand(actor, "customers:read");
    const items = await publishedModels(workspace);
    return { items, next: null, total: items.length };
  });
  api.post("/models", { schema: { summary: "Publish a version of a model", tags, body: NewVersion, response: { 200: ModelVersion } } }, ({ actor, body }) => {
    demand(actor, "models:publish");
    return "preset" in body ? publishPreset(workspace, actor, body.preset, references) : publish(workspace, actor, body, { references });
  });
  const CheckBody = z.object({ text: z.string().max(1_000_000), file: z.string().max(200).optional() });
  api.post(
    "/models/check",
    { schema: { summary: "Every problem of a model's text, and its examples", tags, body: CheckBody, response: { 200: ModelCheck } } },
    async ({ actor, body }) => {
      demand(actor, "customers:read");
      return checkText(body.text, body.file);
    },
  );
  const VersionQuery = z.object({ version: RowNumber.optional() });
  api.get(
    "/models/:model",
    {
      schema: { summary: "A model as in force, or one of its versions", tags, params: ModelParam, querystring: VersionQuery, response: { 200: ModelVersion } },
    },
    async ({ actor, params, query }) => {
      demand(actor, "customers:read");
      return shownVersion(await publishedVersion(workspace, params.model, query.version));
    },
  );
  api.post(
    "/models/:model/service",
    { schema: { summary: "Make this model the service model", tags, params: ModelParam, response: { 200: PublishedModel } } },
    async ({ actor, params }) => {
      await nameServiceModel(workspace, actor, params.model);
      return publishedModel(workspace, params.model);
    },
  );
  api.post(
    "/models/:model/reviews",
    {
      schema: {
        summary: "Say that the version in force was looked at and still holds",
        tags,
        params: ModelParam,
        body: ModelReview,
        response: { 200: PublishedModel },
      },
    },
    async ({ actor, params, body }) => {
      await reviewModel(workspace, actor, params.model, body.note);
      return publishedModel(workspace, params.model);
    },
  );
  api.get(
    "/models/:model/versions",
    { schema: { summary: "Every version of a model", tags, params: ModelParam, response: { 200: page(ModelVersion) } } },
    async ({ actor, params }) => {
      demand(actor, "customers:read");
      await publishedVersion(workspace, params.model);
      const rows = await atomically(workspace.postgres, "all", (tx) => store.modelVersions(tx, params.model));
      return { items: rows.map(shownVersion), next: null, total: rows.length };
    },
  );
}
