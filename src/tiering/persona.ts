import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import type { Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { conditionOfGroup, tagsOfModel } from "./groups.js";
import { standingInForce } from "./inforce.js";
import { known } from "./lists.js";
import { type ProfileName, type Sitters, sittersByTier, spreadsSql, type Trait, tagsSql, traitSql } from "./queries/people.js";
import type { Persona } from "./schema.js";

/** Fewer people than this are not described to who may not read personal data: a share of three is a person. */
const FEWEST = 10;
/** Values told one by one. */
const MOST = 8;

type Portrait = NonNullable<Persona["portrait"]>;
type Part = Portrait["texts"][number]["parts"][number];

const traits = [
  ["sex", { zh: "性别", en: "Sex" }],
  ["age", { zh: "年龄", en: "Age" }],
  ["kind", { zh: "客户类型", en: "Kind" }],
  ["region", { zh: "地区", en: "Region" }],
  ["branch", { zh: "机构", en: "Branch" }],
] as const satisfies readonly (readonly [ProfileName, Text])[];

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

interface Totals {
  here: number;
  everybody: number;
}

/** The most frequent values, and all others as one. */
async function partsOf(workspace: Workspace, sitters: Sitters, totals: Totals, trait: Trait): Promise<Part[]> {
  const rows = await workspace.warehouse.all<Totals & { value: string | null }>(traitSql(sitters, trait, MOST));
  const part = (value: string | null, rest: boolean, { here, everybody }: Totals): Part => ({
    value,
    rest,
    customers: here,
    share: shareOf(here, totals.here),
    everybody: shareOf(everybody, totals.everybody),
  });
  const left = rows.reduce(({ here, everybody }, row) => ({ here: here - row.here, everybody: everybody - row.everybody }), totals);
  const parts = rows.map((row) => part(row.value, false, row));
  return left.everybody > 0 ? [...parts, part(null, true, left)] : parts;
}

async function numberOf(workspace: Workspace, sitters: Sitters, measure: string): Promise<Pick<Portrait["numbers"][number], "here" | "everybody" | "ratio">> {
  const row = (await workspace.warehouse.first<Record<string, number | null>>(spreadsSql(sitters, measure))) ?? {};
  const spread = (of: "here" | "everybody") => ({
    known: row[`${of}_known`] ?? 0,
    quarter: row[`${of}_0.25`] ?? null,
    median: row[`${of}_0.5`] ?? null,
    three_quarters: row[`${of}_0.75`] ?? null,
  });
  const [here, everybody] = [spread("here"), spread("everybody")];
  return { here, everybody, ratio: here.median === null || !everybody.median ? null : here.median / everybody.median };
}

/** Tags worn here more than by everybody, the most telling first. */
async function tagsWorn(workspace: Workspace, actor: Actor, sitters: Sitters, totals: Totals, except: string | undefined): Promise<Portrait["tags"]> {
  const tags = (await tagsOfModel(workspace, actor, sitters.plan)).filter(({ tag }) => tag.group !== except);
  if (tags.length === 0) return [];
  const conditions = tags.map(({ condition }) => condition);
  const row = (await workspace.warehouse.first<Record<string, number>>(tagsSql(sitters, conditions))) ?? {};
  return tags
    .map(({ tag }, i) => {
      const customers = row[`here${i}`] ?? 0;
      const [share, everybody] = [shareOf(customers, totals.here), shareOf(row[`everybody${i}`] ?? 0, totals.everybody)];
      return { ...tag, customers, share, everybody, lift: shareOf(share, everybody) };
    })
    .filter(({ lift }) => lift > 1)
    .sort((a, b) => b.lift - a.lift);
}

async function portraitOf(workspace: Workspace, actor: Actor, sitters: Sitters, totals: Totals, group: string | undefined): Promise<Portrait> {
  const { plan } = sitters;
  const told = traits.filter(([name]) => name !== "age" || may(actor, "personal:read"));
  const [profile, numbers, texts, tags] = await Promise.all([
    Promise.all(told.map(async ([name, title]) => ({ name, title, parts: await partsOf(workspace, sitters, totals, { profile: name }) }))),
    Promise.all(
      plan.measures.flatMap(({ name, title, unit, kind }) =>
        kind === "text" ? [] : [(async () => ({ name, title, unit, ...(await numberOf(workspace, sitters, name)) }))()],
      ),
    ),
    Promise.all(
      plan.measures.flatMap(({ name, title, kind }) =>
        kind === "text" ? [(async () => ({ name, title, parts: await partsOf(workspace, sitters, totals, { measure: name }) }))()] : [],
      ),
    ),
    tagsWorn(workspace, actor, sitters, totals, group),
  ]);
  return { profile, numbers, texts, tags };
}

/** The portrait of a group, of a tier, of both or of everybody, of those the reader may see. */
export async function personaOf(
  workspace: Workspace,
  actor: Actor,
  model: string,
  { tier, group }: { tier?: string | undefined; group?: string | undefined },
): Promise<Persona> {
  const { plan, standing, run } = await standingInForce(workspace, model);
  const sitters: Sitters = {
    plan,
    standing,
    asOf: run.as_of,
    scope: actor.scope,
    tier:
      tier === undefined
        ? undefined
        : known(
            "tiering.unknown_tier",
            tier,
            plan.tiers.map(({ id }) => id),
            "tier",
          ),
    group: group === undefined ? undefined : await conditionOfGroup(workspace, actor, plan, group),
  };
  const counts = await workspace.warehouse.all<Totals & { tier: string }>(sittersByTier(sitters));
  const tiers = plan.tiers.map(({ id, title }) => {
    const row = counts.find((one) => one.tier === id);
    return { id, title, customers: row?.here ?? 0, of: row?.everybody ?? 0 };
  });
  const totals = tiers.reduce<Totals>(({ here, everybody }, one) => ({ here: here + one.customers, everybody: everybody + one.of }), { here: 0, everybody: 0 });
  const few = totals.here < FEWEST && !may(actor, "personal:read");
  return {
    model,
    as_of: run.as_of,
    tier: tier ?? null,
    group: group ?? null,
    customers: totals.here,
    of: totals.everybody,
    tiers,
    untold: few
      ? {
          zh: `不足 ${FEWEST} 人，您无权查看个人信息，因此不显示画像`,
          en: `They are fewer than ${FEWEST}, and you may not read personal data: what they are like is not told`,
        }
      : null,
    portrait: few ? null : await portraitOf(workspace, actor, sitters, totals, group),
  };
}
