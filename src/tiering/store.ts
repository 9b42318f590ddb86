import { type Generated, type JSONColumnType, type Kysely, sql } from "kysely";
import type { Transaction } from "../platform/postgres/atomically.js";
import type { Calibration, Phase, RunRecord } from "./schema.js";

interface Tables {
  tier_model_version: { model: string; version: number; text: string; origin: string; published_at: Generated<string>; published_by: string };
  tier: { model: string; code: string; tier_key: number };
  calibration: {
    id: string;
    model: string;
    version: number;
    content: JSONColumnType<Omit<Calibration, "id" | "definitions" | "fits"> & Partial<Pick<Calibration, "definitions" | "fits">>>;
  };
  tier_run: {
    run: Generated<number>;
    model: string;
    version: number;
    as_of: string;
    decided: boolean;
    advanced: Generated<boolean>;
    overrides: string | null;
    calibration: string | null;
    calibrated_on: string | null;
    customers: number;
    moved: number;
    first_graded: number;
    tiers: JSONColumnType<Record<string, number>>;
    data_as_of: string | null;
    computed_at: Generated<string>;
    requested_by: string;
    seconds: number;
    known_at: string | null;
  };
  tier_assignment: {
    run: number;
    customer_id: number;
    from_tier: number | null;
    to_tier: number | null;
    clause: number | null;
    phase: Phase | null;
    phase_since: string | null;
    phase_tier: number | null;
    phase_times: number | null;
    computed: number | null;
  };
}

export interface VersionRow {
  model: string;
  version: number;
  text: string;
  origin: string;
  published_at: string;
  published_by: string;
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

const currentVersions = (tx: Transaction) =>
  db(tx).selectFrom("tier_model_version").selectAll().distinctOn("model").orderBy("model").orderBy("version", "desc");

/** The version in force of every published model. */
export const publishedModels = (tx: Transaction): Promise<VersionRow[]> => currentVersions(tx).execute();

/** One version of a model; without a number the one in force. */
export function modelVersion(tx: Transaction, model: string, version?: number): Promise<VersionRow | undefined> {
  const versions = db(tx).selectFrom("tier_model_version").selectAll().where("model", "=", model).orderBy("version", "desc").limit(1);
  return (version === undefined ? versions : versions.where("version", "=", version)).executeTakeFirst();
}

/** Every version of a model, the newest first. */
export const modelVersions = (tx: Transaction, model: string): Promise<VersionRow[]> =>
  db(tx).selectFrom("tier_model_version").selectAll().where("model", "=", model).orderBy("version", "desc").execute();

/** Publications of one model go one after another: each has to see the version before it. */
export async function lockVersions(tx: Transaction, model: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tier_model_version ${model}`}, 0))`.execute(db(tx));
}

/** Add the next version and keys for tiers the model did not have. */
export async function addVersion(
  tx: Transaction,
  row: { model: string; text: string; origin: string; published_by: string; tiers: readonly string[] },
): Promise<VersionRow> {
  const { tiers, ...rest } = row;
  const last = await modelVersion(tx, row.model);
  const added = await db(tx)
    .insertInto("tier_model_version")
    .values({ ...rest, version: (last?.version ?? 0) + 1 })
    .returningAll()
    .executeTakeFirstOrThrow();
  const keys = await tierKeys(tx, row.model);
  const fresh = tiers.filter((code) => !keys.has(code));
  const next = Math.max(0, ...keys.values()) + 1;
  if (fresh.length > 0) {
    await db(tx)
      .insertInto("tier")
      .values(fresh.map((code, i) => ({ model: row.model, code, tier_key: next + i })))
      .execute();
  }
  return added;
}

/** The key of every tier a model ever had. */
export async function tierKeys(tx: Transaction, model: string): Promise<Map<string, number>> {
  const rows = await db(tx).selectFrom("tier").select(["code", "tier_key"]).where("model", "=", model).execute();
  return new Map(rows.map((row) => [row.code, row.tier_key]));
}

const runColumns = [
  "run",
  "model",
  "version",
  "as_of",
  "decided",
  "advanced",
  "calibration",
  "calibrated_on",
  "customers",
  "moved",
  "first_graded",
  "tiers",
  "data_as_of",
  "computed_at",
  "requested_by",
  "seconds",
  "known_at",
] as const;

/** The run whose standing is in force, for one model or for all. */
export function decidedRuns(tx: Transaction, model?: string): Promise<RunRecord[]> {
  const runs = db(tx).selectFrom("tier_run").select(runColumns).distinctOn("model").where("decided", "=", true).orderBy("model").orderBy("run", "desc");
  return (model === undefined ? runs : runs.where("model", "=", model)).execute();
}

/** The day of the last run that advanced the tiers of a model. */
export async function lastAdvanced(tx: Transaction, model: string): Promise<string | null> {
  const run = await db(tx)
    .selectFrom("tier_run")
    .select("as_of")
    .where("model", "=", model)
    .where("decided", "=", true)
    .where("advanced", "=", true)
    .orderBy("as_of", "desc")
    .limit(1)
    .executeTakeFirst();
  return run?.as_of ?? null;
}

/** The version of a model that was in force at a moment or, when it was published later, its first. */
export async function versionKnown(tx: Transaction, model: string, known: string): Promise<VersionRow | undefined> {
  const versions = db(tx).selectFrom("tier_model_version").selectAll().where("model", "=", model).limit(1);
  const then = await versions.where("published_at", "<", utc(known)).orderBy("version", "desc").executeTakeFirst();
  return then ?? (await versions.orderBy("version").executeTakeFirst());
}

const utc = (moment: string) => sql<string>`(${moment} || '+00')::timestamptz`;

/** The newest decided run as of a day before this one (or on it), as known at a moment. */
export function runsBy(
  tx: Transaction,
  model: string,
  { as_of, or_on, known, advanced }: { as_of: string; or_on: boolean; known: string | null; advanced?: true },
): Promise<RunRecord[]> {
  let runs = db(tx)
    .selectFrom("tier_run")
    .select(runColumns)
    .where("model", "=", model)
    .where("decided", "=", true)
    .where("as_of", or_on ? "<=" : "<", as_of)
    .orderBy("as_of", "desc")
    .orderBy("run", "desc")
    .limit(1);
  if (known !== null) runs = runs.where("computed_at", "<", utc(known));
  if (advanced) runs = runs.where("advanced", "=", true);
  return runs.execute();
}

/** The run that a version decided with last, up to a run. */
export const lastRunOf = (tx: Transaction, model: string, version: number, upTo: number): Promise<RunRecord | undefined> =>
  db(tx)
    .selectFrom("tier_run")
    .select(runColumns)
    .where("model", "=", model)
    .where("version", "=", version)
    .where("decided", "=", true)
    .where("run", "<=", upTo)
    .orderBy("run", "desc")
    .limit(1)
    .executeTakeFirst();

/** The highest number of a customer in the ledger. */
export async function lastCustomer(tx: Transaction): Promise<number> {
  const row = await db(tx).selectFrom("tier_assignment").select("customer_id").orderBy("customer_id", "desc").limit(1).executeTakeFirst();
  return row?.customer_id ?? -1;
}

/** What the ledger held of these customers (from, up to but not including to) when a run was done: its last row, and since when the tier. */
export async function heldAt(tx: Transaction, { model, run }: Pick<RunRecord, "model" | "run">, from: number, to: number) {
  const steps = db(tx)
    .selectFrom("tier_assignment")
    .innerJoin("tier_run", "tier_run.run", "tier_assignment.run")
    .selectAll("tier_assignment")
    .select([
      sql<number>`row_number() over (partition by customer_id order by tier_assignment.run desc)`.as("nth"),
      sql<string>`max(as_of) filter (where from_tier is distinct from to_tier) over (partition by customer_id)`.as("since"),
    ])
    .where("tier_run.model", "=", model)
    .where("tier_assignment.run", "<=", run)
    .where("customer_id", ">=", from)
    .where("customer_id", "<", to);
  return db(tx)
    .selectFrom(steps.as("steps"))
    .select(["customer_id", "from_tier", "to_tier", "computed", "since", "phase", "phase_since", "phase_tier", "phase_times"])
    .where("nth", "=", 1)
    .where("to_tier", "is not", null)
    .execute();
}

/** The newest decided run of the same model as of an earlier day. */
export const runBefore = async (tx: Transaction, { model, as_of }: Pick<RunRecord, "model" | "as_of">): Promise<RunRecord | undefined> =>
  (await runsBy(tx, model, { as_of, or_on: false, known: null }))[0];

/** The runs whose standings are kept: of every model the one in force, and the newest of an earlier day, for what has changed since. */
export async function runsKept(tx: Transaction): Promise<RunRecord[]> {
  const inForce = await decidedRuns(tx);
  const before: (RunRecord | undefined)[] = [];
  for (const run of inForce) before.push(await runBefore(tx, run)); // one connection, one statement at a time
  return [...inForce, ...before.filter((run) => run !== undefined)];
}

/** The mark of the overrides that the run in force applied. */
export async function overridesApplied(tx: Transaction, run: number): Promise<string | null> {
  const row = await db(tx).selectFrom("tier_run").select("overrides").where("run", "=", run).executeTakeFirst();
  return row?.overrides ?? null;
}

export const runByNumber = (tx: Transaction, run: number): Promise<RunRecord | undefined> =>
  db(tx).selectFrom("tier_run").select(runColumns).where("run", "=", run).executeTakeFirst();

/** Runs, the newest first. */
export function listRuns(tx: Transaction, filter: { model?: string | undefined; before?: number | undefined; limit: number }): Promise<RunRecord[]> {
  let runs = db(tx).selectFrom("tier_run").select(runColumns).orderBy("run", "desc").limit(filter.limit);
  if (filter.model !== undefined) runs = runs.where("model", "=", filter.model);
  if (filter.before !== undefined) runs = runs.where("run", "<", filter.before);
  return runs.execute();
}

/** A number for the next run: standings carry it before the run is known here. Numbers of runs that failed stay unused. */
export async function nextRunNumber(tx: Transaction): Promise<number> {
  const { run } = await db(tx)
    .selectNoFrom((query) => query.fn<number>("nextval", [query.fn("pg_get_serial_sequence", [query.val("tier_run"), query.val("run")])]).as("run"))
    .executeTakeFirstOrThrow();
  return Number(run);
}

export async function addRun(
  tx: Transaction,
  run: Omit<RunRecord, "computed_at" | "calibration"> & { overrides: string | null },
  calibration: Calibration | null,
): Promise<void> {
  if (calibration !== null) {
    const { id, ...content } = calibration;
    await db(tx)
      .insertInto("calibration")
      .values({ id, model: run.model, version: run.version, content: JSON.stringify(content) })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
  await db(tx)
    .insertInto("tier_run")
    .values({ ...run, calibration: calibration?.id ?? null, tiers: JSON.stringify(run.tiers) })
    .execute();
}

/** Changes into the ledger, as COPY lines; `more`: with where customers are between two tiers, and the tier computed. */
export const addAssignments = (tx: Transaction, lines: AsyncIterable<string>, more: boolean): Promise<void> =>
  tx.copy("tier_assignment", [...assignmentColumns, ...(more ? (["phase", "phase_since", "phase_tier", "phase_times", "computed"] as const) : [])], lines);

const assignmentColumns = ["run", "customer_id", "from_tier", "to_tier", "clause"] as const;

/** The calibration a run names; null: it names none. */
export const calibrationOf = async (tx: Transaction, { calibration }: Pick<RunRecord, "calibration">): Promise<Calibration | null> =>
  calibration === null ? null : ((await calibrationById(tx, calibration)) ?? null);

export async function calibrationById(tx: Transaction, id: string): Promise<Calibration | undefined> {
  const row = await db(tx).selectFrom("calibration").select(["id", "content"]).where("id", "=", id).executeTakeFirst();
  // Calibrations of before they told what they were made for fit nothing: the next run fits anew.
  return row === undefined ? undefined : { id: row.id, ...row.content, definitions: row.content.definitions ?? {}, fits: row.content.fits ?? {} };
}

/** What the ledger says of one customer in one model, the newest first. The transaction's visibility has to cover the customer. */
export function historyOf(tx: Transaction, model: string, customerId: number) {
  return db(tx)
    .selectFrom("tier_assignment")
    .innerJoin("tier_run", "tier_run.run", "tier_assignment.run")
    .leftJoin("tier as from_tier", (join) => join.onRef("from_tier.model", "=", "tier_run.model").onRef("from_tier.tier_key", "=", "tier_assignment.from_tier"))
    .leftJoin("tier as to_tier", (join) => join.onRef("to_tier.model", "=", "tier_run.model").onRef("to_tier.tier_key", "=", "tier_assignment.to_tier"))
    .select([
      "tier_run.as_of",
      "from_tier.code as from",
      "to_tier.code as to",
      "tier_run.run",
      "tier_run.version",
      "tier_assignment.clause",
      "tier_assignment.phase",
    ])
    .select(sql<boolean>`tier_assignment.computed is not null`.as("by_override"))
    .where("tier_assignment.customer_id", "=", customerId)
    .where("tier_run.model", "=", model)
    .orderBy("tier_run.run", "desc")
    .execute();
}

/** Every line of the ledger about one customer, for the customer to have. */
export const assignmentsOf = (tx: Transaction, customerId: number): Promise<object[]> =>
  db(tx)
    .selectFrom("tier_assignment")
    .innerJoin("tier_run", "tier_run.run", "tier_assignment.run")
    .leftJoin("tier", (join) => join.onRef("tier.model", "=", "tier_run.model").onRef("tier.tier_key", "=", "tier_assignment.to_tier"))
    .select(["tier_run.model", "tier_run.as_of", "tier.code as tier", "tier_assignment.phase"])
    .where("tier_assignment.customer_id", "=", customerId)
    .orderBy("tier_run.run")
    .execute();

/** Who moved from tier to tier in runs as of a day or later, in the order of runs and customers; `after` is the last of the page before. */
export const movesAfter = (tx: Transaction, models: readonly string[], since: string, after: { run: number; customer: number }, limit: number) =>
  db(tx)
    .selectFrom("tier_assignment")
    .innerJoin("tier_run", "tier_run.run", "tier_assignment.run")
    .innerJoin("tier as from_tier", (join) =>
      join.onRef("from_tier.model", "=", "tier_run.model").onRef("from_tier.tier_key", "=", "tier_assignment.from_tier"),
    )
    .innerJoin("tier as to_tier", (join) => join.onRef("to_tier.model", "=", "tier_run.model").onRef("to_tier.tier_key", "=", "tier_assignment.to_tier"))
    .select([
      "tier_run.run",
      "tier_run.model",
      "tier_assignment.customer_id",
      "tier_run.as_of as occasion",
      "from_tier.code as from_tier",
      "to_tier.code as to_tier",
    ])
    .select(sql<number>`extract(epoch from tier_run.computed_at)::float8`.as("moved_at"))
    .whereRef("tier_assignment.from_tier", "<>", "tier_assignment.to_tier")
    .where("tier_run.model", "in", [...models])
    .where("tier_run.as_of", ">=", since)
    // the run as a number of its own, so that the ledger is read by its ranges of pages
    .where(
      "tier_assignment.run",
      "=",
      sql<number>`any (array(select run from tier_run where decided and as_of >= ${since} and run >= ${after.run} and model = any (${[...models]})))`,
    )
    .where(sql<boolean>`(tier_assignment.run, tier_assignment.customer_id) > (${after.run}, ${after.customer})`)
    .orderBy("tier_assignment.run")
    .orderBy("tier_assignment.customer_id")
    .limit(limit)
    .execute();
