import { daysAfter } from "../../platform/calendar/index.js";
import { name, type Session, type Sql, sql } from "../../platform/warehouse/index.js";
import { populationCte } from "../compile.js";
import { type Moment, withCtes } from "../cte.js";
import { takenRows } from "../passes.js";
import type { ForetoldMeasure, Plan } from "../plan.js";
import type { Source } from "./sources.js";

/**
 * Histories of customers as rows of the temporary table `lived_…`, in days and doubles: purchases after the first day with one (`x`),
 * from that day to the last (`t_x`) and to the day of the run (`t`), and the mean spent on the days counted in x. Of contracts `t` is how
 * long there was one, in whole weeks, `ended` says that there is none any more, and `spend` is the amount of those there are.
 */
export async function makeLives(session: Session, plan: Plan, source: Source, moment: Moment, keepDays: boolean): Promise<void> {
  const [measure] = source.measures;
  if (measure.fact === "holding") await makeOf(session, source.lived, contractsSql(plan, measure, moment));
  else if (keepDays) {
    await session.run(sql`create or replace temp table ${name(daysOf(source))} as ${daysSql(plan, measure, moment)}`);
    await makeOf(session, source.lived, historiesSql(name(daysOf(source)), moment.asOf));
  } else await makeOf(session, source.lived, historiesSql(sql`(${daysSql(plan, measure, moment)})`, moment.asOf));
}

/** The temporary table with everybody's days with a purchase, while a fit is made of them. */
export const daysOf = ({ lived }: Source): string => `days_${lived}`;

const makeOf = (session: Session, table: string, rows: Sql): Promise<void> => session.run(sql`create or replace temp table ${name(table)} as ${rows}`);

/** One row per customer and day with a purchase: several on one day are one. */
function daysSql(plan: Plan, measure: ForetoldMeasure, moment: Moment): Sql {
  const { ctes, from, where, customer } = takenRows(measure, moment);
  const rows = sql`select ${customer} as customer_id, f.occurred_at::date as "day", sum(f.amount) as spend from ${from} where ${where} group by 1, 2`;
  return withCtes([populationCte(plan, moment), ...ctes], sql`select bought.* from (${rows}) as bought join population using (customer_id)`);
}

/** The history of each up to a day, of days with purchases. */
export const historiesSql = (days: Sql, until: string): Sql => sql`select customer_id, count(*)::double - 1 as x, (max("day") - min("day"))::double as t_x,
  (${until}::date - min("day"))::double as t, (sum(spend) - arg_min(spend, "day"))::double / nullif(count(*) - 1, 0) as spend, false as ended
  from ${days} where "day" <= ${until}::date group by 1`;

/** How long each has had a contract: from the opening of the first until the last was closed, or until the day. */
function contractsSql(plan: Plan, measure: ForetoldMeasure, moment: Moment): Sql {
  const { ctes, from, where, customer } = takenRows(measure, moment);
  const after = daysAfter(moment.asOf, 1);
  const open = sql`(f.closed_on is null or f.closed_on >= ${after}::date)`;
  const rows = sql`select ${customer} as customer_id, min(f.opened_on) as first_on, max(f.closed_on) as closed_on,
    count(*) filter (where ${open}) as standing, sum(f.amount) filter (where ${open}) as amount from ${from} where f.opened_on is not null and ${where} group by 1`;
  return withCtes(
    [populationCte(plan, moment), ...ctes],
    sql`select customer_id, 0::double as x, 0::double as t_x,
    floor(greatest(0, (case when standing > 0 then ${moment.asOf}::date else closed_on end) - first_on) / 7)::double as t, amount::double as spend, standing = 0 as ended
    from (${rows}) join population using (customer_id)`,
  );
}
