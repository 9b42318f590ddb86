import type { Scope } from "../../access/schema.js";
import { customersInSight } from "../../customer/index.js";
import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";
import { figureNames } from "../compile.js";
import { type Plan, typeOf } from "../plan.js";

/** The part of a standing the reader may see. */
const inSight = (standing: Sql, scope: Scope): Sql =>
  "all" in scope ? standing : sql`(select s.* from ${standing} as s where s.customer_id in (select customer_id from ${customersInSight(scope)}))`;

/** Per tier now and before, and phase: customers, and the sum of the measure that says what a tier is worth. */
export function tierCounts(plan: Plan, standing: Sql, scope: Scope): Sql {
  const value = plan.value === null ? sql`null` : sql`sum(${name(plan.value)})`;
  return sql`select before, tier, phase, count(*) as customers, (${value})::varchar as value from ${inSight(standing, scope)} group by all order by all`;
}

/** One customer's row of a standing. */
export const standingRow = (standing: Sql, customerId: number): Sql =>
  sql`select * replace (since::varchar as since, phase_since::varchar as phase_since) from ${standing} where customer_id = ${customerId}`;

/** Money with its cents; other decimals without trailing zeros. */
function written(plan: Plan, figure: string): Sql {
  const column = sql`s.${name(figure)}`;
  const type = typeOf(plan, figure);
  if (!type.startsWith("decimal")) return column;
  const bare = sql`rtrim(rtrim(${column}::varchar, '0'), '.')`;
  const money = plan.measures.some((one) => one.name === figure && one.unit === "money");
  return money ? sql`case when ${column} = round(${column}, 2) then ${column}::decimal(28,2)::varchar else rtrim(${column}::varchar, '0') end` : bare;
}

/** A spreadsheet takes a text that begins like this for a formula and runs it; an apostrophe before it keeps it a text. */
const harmless = (column: Sql): Sql => sql`case when regexp_matches(${column}, ${"^[=+\\-@\\t\\r]"}) then concat(${"'"}, ${column}) else ${column} end`;

/** The rows of a run as the file has them, in the order of the customers' ids; `exact` leaves texts as they are. */
export function fileRows(plan: Plan, standing: Sql, scope: Scope, exact: boolean): Sql {
  const text = exact ? (column: Sql): Sql => column : harmless;
  const figures = figureNames(plan).map((figure) => {
    const column = written(plan, figure);
    return sql`${typeOf(plan, figure) === "varchar" ? text(column) : column} as ${name(figure)}`;
  });
  return sql`select ${text(sql`seen.public_id`)} as customer_id, s.tier, ${join(figures)} from ${standing} as s join ${customersInSight(scope)} as seen using (customer_id) order by seen.public_id`;
}

/** The same, written to a file by the engine. The path is ours, never a user's. */
export const fileCopy = (rows: Sql, path: string): Sql =>
  sql`copy (${rows}) to ${raw(`'${path.replaceAll("'", "''")}'`)} (format csv, header true, delimiter ',')`;
