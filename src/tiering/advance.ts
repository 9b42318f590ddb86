import { join, name, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { figureNames, keepsSql, tierType } from "./compile.js";
import { type Cte, withCtes } from "./cte.js";
import { decide, type Held } from "./decide.js";
import type { Plan } from "./plan.js";
import { type Calibration, Phase } from "./schema.js";

/** What becomes of the tiers held: they follow the grades, they are decided by the model's stability, or they stand. */
export type Advance = "follow" | "decide" | "stand";

export interface Standing {
  /** Relation with figures, deciding clause and grade of everyone. */
  graded: Sql;
  calibration: Calibration | null;
  asOf: string;
  codes: readonly string[];
  /** The standing that decided last, for who held what since when. */
  held: Sql | null;
  advance: Advance;
}

const phaseType = raw(`enum(${Phase.options.map((phase) => `'${phase}'`).join(", ")})`);

/** Everyone's grade beside what they hold. */
const besideSql = (plan: Plan, { graded, calibration, held }: Standing & { held: Sql }): Sql =>
  sql`select graded.*, held.tier as held_tier, held.since as held_since, held.phase::varchar as held_phase, held.phase_since as held_phase_since,
  held.phase_tier::varchar as held_mark, held.phase_times as held_times, ${keepsSql(plan, calibration, sql`held.tier`, (figure) => sql`graded.${name(figure)}`)} as keeps
from ${graded} as graded left join ${held} as held using (customer_id)`;

/** Whom the scheduled day may change: the grade is another than the tier, or they are on the way from one to another. */
const unsettled = sql`held_tier is not null and (grade::varchar <> held_tier::varchar or held_phase <> 'stable')`;

interface Case {
  grade: string;
  keeps: boolean;
  held_tier: string;
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
    raw(`create or replace temp table decision (grade varchar, keeps boolean, held_tier varchar, held_phase varchar, held_phase_since date, held_mark varchar, held_times smallint,
  tier varchar, phase varchar, phase_since date, mark varchar, times smallint)`),
  );
  const cases = sql`select distinct grade::varchar as grade, keeps, held_tier::varchar as held_tier, held_phase, held_phase_since::varchar as held_phase_since, held_mark, held_times
from (${besideSql(plan, standing)}) where ${unsettled}`;
  const rows: Sql[] = [];
  for await (const chunk of session.chunks<Case>(cases)) {
    for (const { grade, keeps, held_tier, held_phase, held_phase_since, held_mark, held_times } of chunk) {
      const held: Held = { tier: held_tier, phase: held_phase, since: held_phase_since, mark: held_mark, times: held_times };
      const { tier, phase, since, mark, times } = decide(tiers, stability, held, grade, keeps, standing.asOf);
      rows.push(
        sql`(${grade}, ${keeps}, ${held_tier}, ${held_phase}, ${held_phase_since}::date, ${held_mark}, ${held_times}, ${tier}, ${phase}, ${since}::date, ${mark}, ${times})`,
      );
    }
  }
  const AT_ONCE = 500;
  for (let from = 0; from < rows.length; from += AT_ONCE) await session.run(sql`insert into decision values ${join(rows.slice(from, from + AT_ONCE))}`);
}

/** The standing of everyone: figures, deciding clause, grade, the tier held, the one before this run, since when, and the phase. */
export function standingSql(plan: Plan, standing: Standing): Sql {
  const { graded, asOf, codes, held, advance } = standing;
  const type = tierType(codes);
  const figures = join(figureNames(plan).map((figure) => sql`beside.${name(figure)}`));
  const stable = { phase: sql`'stable'`, since: raw("null"), mark: raw("null"), times: raw("0") };
  const after = (tier: Sql, before: Sql, since: Sql, { phase, since: began, mark, times }: typeof stable): Sql =>
    sql`select beside.customer_id, ${figures}, beside.clause, beside.grade, (${tier})::${type} as tier, (${before})::${type} as before, (${since})::date as since,
  (${phase})::${phaseType} as phase, (${began})::date as phase_since, (${mark})::${type} as phase_tier, (${times})::smallint as phase_times`;
  if (held === null) return sql`${after(raw("beside.grade"), raw("null"), sql`${asOf}`, stable)} from ${graded} as beside order by customer_id`;
  const beside: Cte = { name: "beside", about: "the grade, and what was held before", body: besideSql(plan, { ...standing, held }) };
  const kept = (tier: Sql): Sql => sql`case when beside.held_tier::varchar = (${tier})::varchar then beside.held_since else ${asOf}::date end`;
  const before = raw("beside.held_tier");
  switch (advance) {
    case "follow":
      return withCtes([beside], sql`${after(raw("beside.grade"), before, kept(raw("beside.grade")), stable)} from beside order by customer_id`);
    case "stand": {
      const stands = sql`beside.held_tier::varchar in (${join(plan.tiers.map((tier) => sql`${tier.id}`))})`;
      const tier = sql`case when ${stands} then beside.held_tier::varchar else beside.grade::varchar end`;
      const on = (column: string, otherwise: string): Sql => sql`case when ${stands} then ${raw(column)} else ${raw(otherwise)} end`;
      const phase = {
        phase: on("beside.held_phase", "'stable'"),
        since: on("beside.held_phase_since", "null"),
        mark: on("beside.held_mark", "null"),
        times: on("beside.held_times", "0"),
      };
      return withCtes([beside], sql`${after(tier, before, kept(tier), phase)} from beside order by customer_id`);
    }
    case "decide": {
      const tier = sql`coalesce(decision.tier, beside.grade::varchar)`;
      const phase = {
        phase: sql`coalesce(decision.phase, 'stable')`,
        since: raw("decision.phase_since"),
        mark: raw("decision.mark"),
        times: sql`coalesce(decision.times, 0)`,
      };
      return withCtes(
        [beside],
        sql`${after(tier, before, kept(tier), phase)} from beside left join decision on decision.grade = beside.grade::varchar and decision.keeps = beside.keeps
  and decision.held_tier = beside.held_tier::varchar and decision.held_phase = beside.held_phase and decision.held_times = beside.held_times
  and decision.held_phase_since is not distinct from beside.held_phase_since and decision.held_mark is not distinct from beside.held_mark
order by customer_id`,
      );
    }
  }
}
