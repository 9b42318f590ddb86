import type { Scope } from "../../access/schema.js";
import { customersInSight } from "../../customer/index.js";
import { type Sql, sql } from "../../platform/warehouse/index.js";

/** The assignments the reader may see. */
const inSight = (scope: Scope): Sql =>
  "all" in scope ? sql`owner` : sql`(select * from owner where customer_id in (select customer_id from ${customersInSight(scope)}))`;

/** What each manager's customers come to, by mode. */
export const loadsSql = (scope: Scope): Sql =>
  sql`select manager_id, mode, count(*) as customers, sum(minutes)::bigint as minutes from ${inSight(scope)} where manager_id is not null group by 1, 2 order by 1, 2`;

/** A manager's customers by tier. */
export const tiersSql = (scope: Scope, managerId: number): Sql =>
  sql`select model, tier, count(*) as customers from ${inSight(scope)} where manager_id = ${managerId} group by 1, 2 order by 1, 2`;

/** Customers by branch, with an owner and without. */
export const branchesSql = (scope: Scope): Sql => sql`
  select nullif(profile.branch, '') as branch, count(*) as customers, count(*) filter (where manager_id is null) as unplaced
  from ${inSight(scope)} as held join profile using (customer_id) group by 1 order by 1 nulls last`;

/** Customers without an owner, by why. */
export const reasonsSql = (scope: Scope): Sql =>
  sql`select reason, count(*) as customers from ${inSight(scope)} where manager_id is null group by 1 order by 2 desc, 1`;

export const modesSql = (scope: Scope): Sql =>
  sql`select mode, count(*) as customers from ${inSight(scope)} where manager_id is not null group by 1 order by 1`;

/** Which of those without an owner. */
export interface UnplacedFilter {
  reason?: string | undefined;
  branch?: string | undefined;
}

const unplaced = (scope: Scope, { reason, branch }: UnplacedFilter): Sql => sql`
  from owner join ${customersInSight(scope)} as seen using (customer_id) where owner.manager_id is null
  ${reason === undefined ? sql`` : sql`and owner.reason = ${reason}`} ${branch === undefined ? sql`` : sql`and seen.branch = ${branch}`}`;

/** Customers nobody could be named for, in the order of their numbers. */
export const unplacedPage = (scope: Scope, filter: UnplacedFilter, after: number, limit: number): Sql => sql`
  select owner.customer_id, owner.model, owner.tier, owner.reason, seen.public_id, seen."name", seen.branch
  ${unplaced(scope, filter)} and owner.customer_id > ${after} order by owner.customer_id limit ${limit}`;

export const unplacedCount = (scope: Scope, filter: UnplacedFilter): Sql => sql`select count(*) as total ${unplaced(scope, filter)}`;
