import type { Scope } from "../../access/schema.js";
import { customersInSight } from "../../customer/index.js";
import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";
import { clauseSql, layersOf, rescoredSql, scoredSql, withScoresOf } from "../compile.js";
import { type CoreMeasure, type Plan, stepOf, typeOf } from "../plan.js";
import type { Calibration } from "../schema.js";

type Way = 1 | -1;

/** What is asked of a standing: who is how near, by which of the measures. */
export interface Nearness {
  plan: Plan;
  calibration: Calibration | null;
  standing: Sql;
  scope: Scope;
  levers: readonly CoreMeasure[];
  /** The share by which a measure may move. */
  within: number;
  /** Of these ways alone: the place of the tier in the plan, of the measure among the levers. */
  to: number | undefined;
  lever: number | undefined;
  after: { distance: number; id: number } | undefined;
  limit: number;
}

const number = (value: number): Sql => raw(String(value));
/** Columns beside the model's figures, whose names have no space. */
const own = {
  base: name("step base"),
  low: name("step low"),
  high: name("step high"),
  middle: name("step middle"),
  under: name("step under"),
  clause: name("step clause"),
  lever: name("step lever"),
  way: name("step way"),
};

/** Steps that make one: a cent is a hundredth. */
const perOne = (plan: Plan, measure: CoreMeasure): number => Math.round(1 / stepOf(plan, measure.name));
const isWhole = (plan: Plan, measure: CoreMeasure): boolean => perOne(plan, measure) === 1;

/** The first clause that is of this tier or of a worse one: those before it give a better tier. */
function clausesAbove(plan: Plan, tier: Sql): Sql {
  const cases = plan.tiers.map(({ id }, i) => sql`when ${id} then ${number(plan.clauses.filter((one) => one.tier < i).length)}`);
  return sql`(case ${tier}::varchar ${join(cases, " ")} else ${number(plan.clauses.length)} end)`;
}

/** Whose tier would follow a better grade: in sight, and neither pinned nor under a ceiling. */
function heldSql({ plan, standing, scope }: Nearness): Sql {
  const sight = "all" in scope ? sql`` : sql` and s.customer_id in (select customer_id from ${customersInSight(scope)})`;
  const under = join([sql`s.grade`, sql`s.computed`, sql`s.tier`].map((tier) => clausesAbove(plan, tier)));
  return sql`select s.*, least(${under}) as ${own.under} from ${standing} as s where (s.override is null or s.override::varchar = ${"floor"})${sight}`;
}

/** A measure so many of its steps away from where it is. */
const valueAt = (plan: Plan, measure: CoreMeasure, way: Sql, steps: Sql): Sql =>
  sql`try_cast((${own.base} + ${way} * ${steps})::decimal(33,0) * ${raw(stepOf(plan, measure.name).toFixed(4))}::decimal(5,4) as ${raw(typeOf(plan, measure.name))})`;

/** The model's own bounds for a measure; nothing is bought fewer than no times. */
function boundsOf({ unit, atLeast, atMost }: CoreMeasure): { least: number | null; most: number | null } {
  return { least: unit === "money" || unit === "number" ? atLeast : Math.max(0, atLeast ?? 0), most: atMost };
}

/**
 * Who has a better grade with the measure moved by the whole share one way, and a step more: of everybody, so in machine
 * words; of those found the steps are counted exactly.
 */
function reachSql({ plan, calibration, levers, within }: Nearness, lever: number, way: Way): Sql[] {
  const measure = levers[lever];
  if (measure === undefined) return [];
  const column = name(measure.name);
  const moving = withScoresOf(plan, [measure.name]);
  const far = sql`${column}::double ${raw(way > 0 ? "+" : "-")} (abs(${column}::double) * ${within}::double + ${number(stepOf(plan, measure.name))})`;
  const { least, most } = boundsOf(measure);
  const bound = way > 0 ? most : least;
  const bounded = bound === null ? far : sql`${raw(way > 0 ? "least" : "greatest")}(${far}, ${number(bound)}::double)`;
  const end = isWhole(plan, measure) ? sql`${raw(way > 0 ? "ceil" : "floor")}(${bounded})` : bounded;
  const kept = [...plan.measures, ...plan.scores].map((one) => one.name).filter((one) => one === measure.name || !moving.has(one));
  const figures = kept.map((one) => (one === measure.name ? sql`try_cast(${end} as ${raw(typeOf(plan, one))}) as ${column}` : name(one)));
  const moved = sql`(select customer_id, ${own.under}, ${join(figures)} from held where ${column} is not null and ${own.under} > 0)`;
  const scored = rescoredSql(plan, moved, moving, calibration);
  return [
    sql`select customer_id, ${number(lever)}::smallint as ${own.lever}, ${number(way)}::smallint as ${own.way} from ${scored} where ${clauseSql(plan, calibration)} < ${own.under}`,
  ];
}

/** From how many whole steps a search begins, and how many more the share and the model's bounds allow. */
function stepsOf(plan: Plan, measure: CoreMeasure, way: Way, within: number): { base: Sql; most: Sql } {
  const [column, per] = [sql`held.${name(measure.name)}::decimal(28,4)`, perOne(plan, measure)];
  const [inward, sign] = way > 0 ? (["floor", "+"] as const) : (["ceil", "-"] as const);
  const base = sql`${raw(inward)}(${column} * ${number(per)})::hugeint`;
  const share = sql`abs(${column}) * ${within.toFixed(4)}::decimal(6,4)`;
  const end = sql`${raw(inward)}((${column} ${raw(sign)} ${share})::decimal(32,8) * ${number(per)})::hugeint`;
  const { least, most } = boundsOf(measure);
  const apart = (to: Sql): Sql => (way > 0 ? sql`${to} - ${base}` : sql`${base} - ${to}`);
  const asked = isWhole(plan, measure) ? sql`greatest(1, ${apart(end)})` : apart(end);
  const bound = way > 0 ? (most === null ? null : Math.floor(most * per)) : least === null ? null : Math.ceil(least * per);
  return { base, most: bound === null ? asked : sql`least(${asked}, ${apart(sql`${number(bound)}::hugeint`)})` };
}

const leversSql = (levers: readonly CoreMeasure[], value: (measure: CoreMeasure) => Sql): Sql =>
  sql`(case ${own.lever} ${join(
    levers.map((measure, i) => sql`when ${number(i)} then ${value(measure)}`),
    " ",
  )} end)`;

/** Rows of the search graded again, each with its lever so many steps away. */
function stepped({ plan, calibration, levers }: Nearness, from: Sql, steps: Sql): Sql {
  const columns = plan.measures.map((measure) => {
    const [column, lever] = [name(measure.name), levers.findIndex((one) => one.name === measure.name)];
    if (lever < 0) return column;
    return sql`case when ${own.lever} = ${number(lever)} then ${valueAt(plan, measure, own.way, steps)} else ${column} end as ${column}`;
  });
  const found = sql`(select customer_id, ${own.lever}, ${own.way}, ${own.base}, ${own.under}, ${own.low}, ${own.high}, ${steps} as ${own.middle}, ${join(columns)} from ${from})`;
  return sql`(select *, ${clauseSql(plan, calibration)} as ${own.clause} from ${scoredSql(plan, found, layersOf(plan), calibration)})`;
}

/**
 * Everybody's smallest step to a better tier by each measure. Whom the whole share raises is looked for once per measure and
 * way; of those alone the share is halved until it is exact.
 */
function waysSql(asked: Nearness): Sql {
  const { plan, levers } = asked;
  const measures = join(plan.measures.map((one) => name(one.name)));
  const reach = levers.flatMap((_, i) => [...reachSql(asked, i, 1), ...reachSql(asked, i, -1)]);
  const started = (of: "base" | "most"): Sql =>
    leversSql(levers, (measure) => {
      const [up, down] = ([1, -1] as const).map((way) => stepsOf(plan, measure, way, asked.within)[of]);
      return sql`case when ${own.way} > 0 then ${up ?? raw("null")} else ${down ?? raw("null")} end`;
    });
  const halved = stepped(asked, sql`seek where ${own.high} - ${own.low} > 1`, sql`((${own.low} + ${own.high}) // 2)`);
  const better = sql`${own.clause} < ${own.under}`;
  const ranks = sql`(case ${own.clause} ${join(
    plan.clauses.map(({ tier }, i) => sql`when ${number(i)} then ${number(tier)}`),
    " ",
  )} end)`;
  const now = leversSql(levers, (measure) => sql`held.${name(measure.name)}::decimal(28,4)`);
  const needed = leversSql(levers, (measure) => sql`found.${name(measure.name)}::decimal(28,4)`);
  const value = plan.value === null ? sql`null::decimal(28,4)` : sql`held.${name(plan.value)}::decimal(28,4)`;
  const chosen = [...(asked.to === undefined ? [] : [sql`rank = ${asked.to}`]), ...(asked.lever === undefined ? [] : [sql`lever = ${asked.lever}`])];
  return sql`with recursive held as ( -- whose tier would follow a better grade
      ${heldSql(asked)}
    ), reach as materialized ( -- whom the whole share raises
      ${join(reach, "\n      union all ")}
    ), seek as ( -- by how few steps
      select customer_id, ${own.lever}, ${own.way}, ${started("base")} as ${own.base}, ${own.under}, 0::hugeint as ${own.low}, ${started("most")} as ${own.high}, ${measures} from reach join held using (customer_id)
      union all
      select customer_id, ${own.lever}, ${own.way}, ${own.base}, ${own.under}, case when ${better} then ${own.low} else ${own.middle} end, case when ${better} then ${own.middle} else ${own.high} end, ${measures} from ${halved}
    ), told as ( -- from what to what, and the tier that gives
      select customer_id, ${own.lever} as lever, ${ranks}::smallint as rank, held.tier::varchar as tier, ${value} as worth, ${now} as now, ${needed} as needed
      from ${stepped(asked, sql`seek where ${own.high} - ${own.low} = 1`, own.high)} as found join held using (customer_id) where ${own.clause} < found.${own.under}
    ), ways as materialized ( -- of two ways of a measure the shorter
      select *, case when now = 0 then 1 else (abs(needed - now) / abs(now))::double end as distance from told
      qualify row_number() over (partition by customer_id, lever order by distance, needed) = 1
    ), chosen as (select * from ways${chosen.length === 0 ? sql`` : sql` where ${join(chosen, " and ")}`}),
    nearest as materialized (select * from chosen qualify row_number() over (partition by customer_id order by distance, lever) = 1)`;
}

/** One answer in three parts: how many by every tier and measure, who would move from where to where, and a page of them. */
export interface NearRow {
  part: "way" | "move" | "page";
  customer_id: number | null;
  tier: string | null;
  rank: number;
  lever: number | null;
  now: string | null;
  needed: string | null;
  distance: number | null;
  customers: number;
  worth: string | null;
}

export function nearSql(asked: Nearness): Sql {
  const { after } = asked;
  const later = after === undefined ? sql`` : sql` where (distance, customer_id) > (${after.distance}::double, ${after.id}::bigint)`;
  return sql`${waysSql(asked)}, page as (select customer_id, distance as nearest from nearest${later} order by distance, customer_id limit ${asked.limit})
    select 'way' as part, null::bigint as customer_id, null as tier, rank, lever, null as now, null as needed, null::double as distance, null::double as nearest, count(*) as customers, null as worth
    from ways group by rank, lever
    union all select 'move', null, tier, rank, null, null, null, null, null, count(*), sum(worth)::varchar from nearest group by tier, rank
    union all select 'page', customer_id, tier, rank, lever, now::varchar, needed::varchar, distance, nearest, 1, null from chosen join page using (customer_id)
    order by part, nearest, customer_id, distance, tier, rank, lever`;
}

/** Does the standing hold figures too large for a machine word? */
export const typeHeld = (standing: Sql, column: string): Sql => sql`select typeof(${name(column)}) as type from ${standing} limit 1`;
