import { join, name, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { figureNames, keepsSql, tierType } from "./compile.js";
import { type Cte, withCtes } from "./cte.js";
import { decide, type Held } from "./decide.js";
import type { Plan } from "./plan.js";
import { type Calibration, OverrideKind, Phase } from "./schema.js";

/**
 * What becomes of the tiers held: they follow the grades, they are decided by the model's stability, or they stand; "apply":
 * they stand, and only overrides move anybody, so that who moved at the run before is still known.
 */
export type Advance = "follow" | "decide" | "stand" | "apply";

/** Which tier a customer had before: the one held, or what they had before that ("all"), so that who moved since the day began is told. */
export type Before = "held" | "all";

export interface Standing {
  /** Relation with figures, deciding clause and grade of everyone. */
  graded: Sql;
  calibration: Calibration | null;
  asOf: string;
  codes: readonly string[];
  /** The standing that decided last, for who held what since when. */
  held: Sql | null;
  advance: Advance;
  /** The day is one of the schedule. */
  counts: boolean;
  /** Which tier a customer had before: see `Before`. */
  before: Before;
  /** Some customers have an override: the temporary table `overridden` has them. */
  overridden: boolean;
}

const kindType = raw(`enum(${OverrideKind.options.map((kind) => `'${kind}'`).join(", ")})`);
export const phaseType = raw(`enum(${Phase.options.map((phase) => `'${phase}'`).join(", ")})`);

/** Everyone's grade beside what they hold. */
const besideSql = (plan: Plan, { graded, calibration, held }: Standing & { held: Sql }): Sql =>
  sql`select graded.*, held.tier as held_tier, held.before as held_before, held.computed as held_computed, held.since as held_since, held.phase::varchar as held_phase, held.phase_since as held_phase_since,
  held.phase_tier::varchar as held_mark, held.phase_times as held_times, ${keepsSql(plan, calibration, sql`held.computed`, (figure) => sql`graded.${name(figure)}`)} as keeps
from ${graded} as graded left join ${held} as held using (customer_id)`;

/** Whom the scheduled day may change: the grade is another than the tier, or they are on the way from one to another. */
const unsettled = sql`held_computed is not null and (grade::varchar <> held_computed::varchar or held_phase <> 'stable')`;

interface Case {
  grade: string;
  keeps: boolean;
  held_computed: string;
  held_phase: Phase;
  held_phase_since: string | null;
  held_mark: string | null;
  held_times: number;
}

/**
 * Decide once for all customers in the same case: of a million there are some hundred different ones. The decisions are
 * left in the temporary table `decision`.
 */
export async function decideCases(session: Session, plan: Plan, standing: Standing & { held: Sql }): Promise<void> {
  const { stability } = plan;
  if (stability === null) throw new Error(`${plan.model} follows its grades at once`);
  const tiers = plan.tiers.map((tier) => tier.id);
  await session.run(
    raw(`create or replace temp table decision (grade varchar, keeps boolean, held_computed varchar, held_phase varchar, held_phase_since date, held_mark varchar, held_times smallint,
  tier varchar, phase varchar, phase_since date, mark varchar, times smallint)`),
  );
  const cases = sql`select distinct grade::varchar as grade, keeps, held_computed::varchar as held_computed, held_phase, held_phase_since::varchar as held_phase_since, held_mark, held_times
from (${besideSql(plan, standing)}) where ${unsettled}`;
  const rows: (string | number | null)[][] = [];
  for await (const chunk of session.chunks<Case>(cases)) {
    for (const { grade, keeps, held_computed, held_phase, held_phase_since, held_mark, held_times } of chunk) {
      const held: Held = { tier: held_computed, phase: held_phase, since: held_phase_since, mark: held_mark, times: held_times };
      const { tier, phase, since, mark, times } = decide(tiers, stability, held, { grade, keeps, day: standing.asOf, counts: standing.counts });
      rows.push([grade, String(keeps), held_computed, held_phase, held_phase_since, held_mark, held_times, tier, phase, since, mark, times]);
    }
  }
  await session.append("decision", rows);
}

/** Fill the temporary table `overridden` with who has which override. */
export async function tellOverrides(session: Session, rows: readonly { customer_id: number; kind: string; tier: string }[]): Promise<void> {
  await session.run(raw("create or replace temp table overridden (customer_id integer, kind varchar, tier varchar)"));
  await session.append(
    "overridden",
    rows.map(({ customer_id, kind, tier }) => [customer_id, kind, tier]),
  );
}

/** A person's word over the tier computed: it stays there, goes no lower, or no higher. */
function effectiveSql(plan: Plan): Sql {
  const rank = (tier: Sql): Sql =>
    sql`(case ${tier}::varchar ${join(
      plan.tiers.map(({ id }, i) => sql`when ${id} then ${raw(String(i))}`),
      " ",
    )} end)`;
  const [computed, own] = [raw("settled.computed"), raw("overridden.tier")];
  return sql`case overridden.kind
    when 'pin' then ${own}
    when 'floor' then case when ${rank(computed)} > ${rank(own)} then ${own} else ${computed}::varchar end
    when 'ceiling' then case when ${rank(computed)} < ${rank(own)} then ${own} else ${computed}::varchar end
    else ${computed}::varchar end`;
}

/** What the model makes of everyone: the tier computed, and where they are between two. */
function settledSql(plan: Plan, standing: Standing): { ctes: Cte[]; body: Sql } {
  const { graded, held, advance } = standing;
  const stable = { phase: sql`'stable'`, since: raw("null"), tier: raw("null"), times: raw("0") };
  const after = (computed: Sql, { phase, since, tier, times }: typeof stable): Sql =>
    sql`select beside.*, ${computed} as computed, ${phase} as phase, ${since} as phase_since, ${tier} as phase_tier, ${times} as phase_times`;
  if (held === null)
    return {
      ctes: [],
      body: sql`${after(raw("beside.grade"), stable)}, null as held_tier, null as held_before, null::date as held_since from ${graded} as beside`,
    };
  const ctes: Cte[] = [{ name: "beside", about: "the grade, and what was held before", body: besideSql(plan, { ...standing, held }) }];
  switch (advance) {
    case "follow":
      return { ctes, body: sql`${after(raw("beside.grade"), stable)} from beside` };
    case "stand":
    case "apply": {
      const stands = sql`beside.held_computed::varchar in (${join(plan.tiers.map((tier) => sql`${tier.id}`))})`;
      const on = (column: string, otherwise: string): Sql => sql`case when ${stands} then ${raw(`beside.${column}`)} else ${raw(otherwise)} end`;
      const phase = {
        phase: on("held_phase", "'stable'"),
        since: on("held_phase_since", "null"),
        tier: on("held_mark", "null"),
        times: on("held_times", "0"),
      };
      return { ctes, body: sql`${after(on("held_computed::varchar", "beside.grade::varchar"), phase)} from beside` };
    }
    case "decide": {
      const phase = {
        phase: sql`coalesce(decision.phase, 'stable')`,
        since: raw("decision.phase_since"),
        tier: raw("decision.mark"),
        times: sql`coalesce(decision.times, 0)`,
      };
      const joined = sql`decision on decision.grade = beside.grade::varchar and decision.keeps = beside.keeps and decision.held_computed = beside.held_computed::varchar
  and decision.held_phase = beside.held_phase and decision.held_times = beside.held_times
  and decision.held_phase_since is not distinct from beside.held_phase_since and decision.held_mark is not distinct from beside.held_mark`;
      return { ctes, body: sql`${after(sql`coalesce(decision.tier, beside.grade::varchar)`, phase)} from beside left join ${joined}` };
    }
  }
}

/** The standing of everyone: figures, deciding clause, grade, the tier computed and the one held, the one before this run, since when, and the phase. */
export function standingSql(plan: Plan, standing: Standing): Sql {
  const { asOf, codes, overridden } = standing;
  const type = tierType(codes);
  const { ctes, body } = settledSql(plan, standing);
  const figures = join(figureNames(plan).map((figure) => sql`settled.${name(figure)}`));
  const tier = overridden ? effectiveSql(plan) : raw("settled.computed");
  const before = {
    held: raw("settled.held_tier"),
    all: raw("settled.held_before"),
  }[standing.before];
  const from = overridden ? sql`settled left join overridden using (customer_id)` : sql`settled`;
  return withCtes(
    [...ctes, { name: "settled", about: "what the model makes of everyone", body }],
    sql`select settled.customer_id, ${figures}, settled.clause, settled.grade, settled.computed::${type} as computed, (${tier})::${type} as tier, (${before})::${type} as before,
  case when settled.held_tier::varchar = (${tier})::varchar then settled.held_since else ${asOf}::date end as since,
  settled.phase::${phaseType} as phase, settled.phase_since::date as phase_since, settled.phase_tier::${type} as phase_tier, settled.phase_times::smallint as phase_times,
  (${overridden ? raw("overridden.kind") : raw("null")})::${kindType} as override
from ${from} order by settled.customer_id`,
  );
}
