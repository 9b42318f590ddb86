import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { shownTo } from "../customer/index.js";
import { didYouMean, type Expression } from "../platform/expression/index.js";
import { allAtOnce, ProblemError, refuse } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { figureNames } from "./compile.js";
import { trimmed } from "./decimal.js";
import { conditionOfGroup } from "./groups.js";
import { type InForce, standingInForce } from "./inforce.js";
import type { Plan } from "./plan.js";
import { customersChosen, customersCount, customersShown, isSortValue, sortsOf, type Wanted } from "./queries/customers.js";
import { holdsInList, speaksOfAge } from "./queries/people.js";
import type { OverrideKind, Phase, StandingRow } from "./schema.js";
import { agesUntold, readWhere } from "./where.js";

/** A list as it is asked for over HTTP. */
export interface Asked {
  tier?: string | undefined;
  from?: string | undefined;
  where?: string | undefined;
  group?: string | undefined;
  q?: string | undefined;
  manager?: string | undefined;
  phase?: Phase | undefined;
  sort?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Names from a request that have to be among these. */
export function known(code: string, word: string, names: readonly string[], path: string): string {
  if (names.includes(word)) return word;
  const hint = didYouMean(word, names);
  refuse(code, { zh: `没有 ${word}`, en: `there is no ${word}` }, { place: { path }, ...(hint === undefined ? {} : { hint }) });
}

/** The place after a row: the value a list is in order of, and the row's key. */
export const writeCursor = (value: unknown, id: number): string => Buffer.from(JSON.stringify([value, id])).toString("base64url");

export function readCursor(cursor: string): { value: string | number | null; id: number } {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as [unknown, unknown];
    if ((value === null || typeof value === "string") && Number.isSafeInteger(id)) return { value, id: Number(id) };
  } catch {
    // told below
  }
  badCursor();
}

export function badCursor(): never {
  refuse(
    "http.bad_cursor",
    { zh: "翻页位置无效", en: "The cursor is not one of ours" },
    { place: { path: "cursor" }, hint: { zh: "从第一页重新开始", en: "Begin again from the first page" } },
  );
}

/** A condition somebody wrote. By one on age, who may not read personal data would learn ages. */
function conditionAsked(plan: Plan, text: string, personal: boolean): Expression {
  const condition = readWhere(plan, text);
  if (!personal && speaksOfAge(plan, condition)) refuse("tiering.condition_untold", agesUntold, { status: 403, place: { path: "where" } });
  return condition;
}

/** Conditions, tiers and columns of a request, with all that is wrong with them at once. */
function readAsked({ plan, standing, run }: InForce, actor: Actor, asked: Asked, group: Expression | undefined, before: readonly Problem[] = []): Wanted {
  const ids = plan.tiers.map((tier) => tier.id);
  const sort = asked.sort ?? "tier";
  const by = sort.replace(/^-/, "");
  const names = may(actor, "personal:read");
  const { tiers, where, column, after } = allAtOnce(
    {
      tiers: () => {
        const wanted = (asked.tier ?? "").split(",").filter((tier) => tier !== "");
        allAtOnce(Object.fromEntries(wanted.map((tier) => [tier, () => known("tiering.unknown_tier", tier, ids, "tier")])));
        return wanted;
      },
      where: () => (asked.where === undefined || asked.where.trim() === "" ? undefined : conditionAsked(plan, asked.where, names)),
      column: () => known("tiering.unknown_sort", by, sortsOf(plan, names), "sort"),
      after: () => (asked.cursor === undefined || asked.cursor === "" ? undefined : readCursor(asked.cursor)),
    },
    before,
  );
  return {
    tiers,
    from: asked.from,
    where: [where, group].flatMap((one) => (one === undefined ? [] : [holdsInList(plan, standing, run.as_of, one)])),
    q: asked.q === undefined || asked.q.trim() === "" ? undefined : asked.q.trim(),
    manager: asked.manager === "" ? undefined : asked.manager,
    phase: asked.phase,
    names,
    sort: { by: column, down: sort.startsWith("-") },
    after,
    limit: asked.limit,
  };
}

type PageRow = Record<string, string | number | null> & {
  customer_id: number;
  tier: string;
  grade: string;
  computed: string;
  override: OverrideKind | null;
  phase: Phase;
  since: string;
};

/** Decimals travel as text, exactly; whole numbers as numbers. */
export function figuresOf(plan: Plan, row: Record<string, unknown>): StandingRow["figures"] {
  const texts = new Set(plan.measures.filter((one) => one.kind === "text").map((one) => one.name));
  return Object.fromEntries(
    figureNames(plan).map((figure) => {
      const value = row[figure] as string | number | null;
      return [figure, typeof value === "string" && !texts.has(figure) ? trimmed(value) : value];
    }),
  );
}

function shownRow(plan: Plan, actor: Actor, row: PageRow): StandingRow {
  const of = (column: string) => (row[`profile.${column}`] ?? null) as string | null;
  const nobody = { sex: null, birth_on: null, phone: null, email: null, id_number: null, address: null, region: null, since_on: null };
  const { profile } = shownTo(actor, {
    ...nobody,
    customer_id: row.customer_id,
    public_id: of("public_id") ?? "",
    name: of("name"),
    kind: of("kind"),
    branch: of("branch"),
  });
  return {
    customer_id: profile.customer_id,
    name: profile.name,
    kind: profile.kind ?? "person",
    branch: profile.branch,
    owner: typeof row["owner.manager"] === "string" ? { manager: row["owner.manager"], name: (row["owner.name"] ?? null) as string | null } : null,
    tier: row.tier,
    grade: row.grade,
    computed: row.computed,
    override: row.override,
    phase: row.phase,
    since: row.since,
    figures: figuresOf(plan, row),
  };
}

const totalOf = async (workspace: Workspace, standing: InForce["standing"], actor: Actor, wanted: Wanted): Promise<number> =>
  (await workspace.warehouse.first<{ total: number }>(customersCount(standing, actor.scope, wanted)))?.total ?? 0;

const LONGEST_TEXT = 5000;

/** A request that does not fit its schema: what else is wrong with it is told with that. */
export async function refuseAsked(workspace: Workspace, actor: Actor, model: string, asked: unknown, problems: readonly Problem[]): Promise<never> {
  const held = await standingInForce(workspace, model);
  const given = typeof asked === "object" && asked !== null ? asked : {};
  const texts = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => typeof value === "string" && value.length <= LONGEST_TEXT && ["tier", "where", "sort"].includes(key)),
  );
  readAsked(held, actor, { ...texts, limit: 1 }, undefined, problems);
  throw new ProblemError(problems);
}

/** These customers as a list shows them, in this order; `key` is the number by which the stores know them. */
export async function rowsShown(
  workspace: Workspace,
  actor: Actor,
  { plan, standing }: Pick<InForce, "plan" | "standing">,
  ids: readonly number[],
): Promise<(StandingRow & { key: number })[]> {
  const rows = ids.length === 0 ? [] : await workspace.warehouse.all<PageRow>(customersShown(standing, actor.scope, ids));
  const byId = new Map(rows.map((row) => [row.customer_id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []).map((row) => ({ ...shownRow(plan, actor, row), key: row.customer_id }));
}

/** One page of the customers of a model that the reader may see. */
export async function customersOf(
  workspace: Workspace,
  actor: Actor,
  model: string,
  asked: Asked,
): Promise<{ items: StandingRow[]; next: string | null; total: number }> {
  const held = await standingInForce(workspace, model);
  const { plan, standing, run } = held;
  const group = asked.group === undefined || asked.group === "" ? undefined : await conditionOfGroup(workspace, actor, plan, asked.group);
  const wanted = readAsked(held, actor, asked, group);
  const after = wanted.after?.value;
  if (typeof after === "string") {
    const found = await workspace.warehouse.first<{ fits: boolean }>(isSortValue(plan, wanted.sort.by, after));
    if (found?.fits !== true) badCursor();
  }
  const everyone =
    "all" in actor.scope &&
    wanted.tiers.length === 0 &&
    wanted.from === undefined &&
    wanted.where.length === 0 &&
    wanted.q === undefined &&
    wanted.manager === undefined &&
    wanted.phase === undefined;
  // a search tells the total with its rows, unless it has none on this page
  const counting = everyone || wanted.q !== undefined ? undefined : totalOf(workspace, standing, actor, wanted);
  const [chosen, counted] = await Promise.all([
    workspace.warehouse.all<{ customer_id: number; sort_key: string | null; total: number | null }>(
      customersChosen(plan, standing, actor.scope, { ...wanted, limit: wanted.limit + 1 }),
    ),
    counting,
  ]);
  const total = everyone ? run.customers : (counted ?? chosen[0]?.total ?? (await totalOf(workspace, standing, actor, wanted)));
  const turn = chosen.slice(0, wanted.limit);
  const ids = turn.map((one) => one.customer_id);
  const rows = await rowsShown(workspace, actor, { plan, standing }, ids);
  const last = turn.at(-1);
  return {
    items: rows.map(({ key: _, ...row }) => row),
    next: chosen.length > wanted.limit && last !== undefined ? writeCursor(last.sort_key, last.customer_id) : null,
    total,
  };
}
