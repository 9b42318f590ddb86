import type { Scope } from "../access/schema.js";
import { join, type Sql, sql } from "../platform/warehouse/index.js";

/**
 * The customers someone may see, as a relation with the columns of `profile`. The only way in: every warehouse read
 * that answers a person joins this, so that no page, list or file can reach past the scope.
 */
export function customersInSight(scope: Scope): Sql {
  if ("all" in scope) return sql`(select * from profile)`;
  if ("manager" in scope) return sql`(select * from profile where customer_id in (select customer_id from owner where manager = ${scope.manager}))`;
  if (scope.branches.length === 0) return sql`(select * from profile where false)`;
  const branches = join(scope.branches.map((branch) => sql`${branch}`));
  return sql`(select * from profile where branch in (${branches}))`;
}

/** How a source may say yes, of a row of `attribute`. */
export const saidYes: Sql = sql`(lower(trim(text_value)) in ('是', 'yes', 'true', 'y', '1', 'on') or (text_value is null and number_value = 1))`;
