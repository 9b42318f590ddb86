import type { Scope } from "../../access/schema.js";
import { customersInSight } from "../../customer/index.js";
import type { Kind } from "../../platform/expression/index.js";
import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";
import { figureNames } from "../compile.js";
import { type Plan, typeOf } from "../plan.js";
import type { Phase } from "../schema.js";

/** Columns of a page beyond the model's own. */
const ownSorts = { tier: "smallint", since: "date", customer_id: "varchar", name: "varchar" } as const;

export interface Wanted {
  tiers: readonly string[];
  /** The tier held before the run, for customers that moved; "none" for those that had none. */
  from: string | undefined;
  /** Conditions that have to hold, over the standing `s`. */
  where: readonly Sql[];
  /** Part of the id or, where names may be read, of the name. */
  q: string | undefined;
  /** Who looks after them; "none" for those nobody does. */
  manager: string | undefined;
  phase: Phase | undefined;
  names: boolean;
  sort: { by: string; down: boolean };
  after: { value: string | number | null; id: number } | undefined;
  limit: number;
}

/** What a list may be sorted by: by name only where names may be read, for the order and the cursor tell them. */
export const sortsOf = (plan: Plan, names: boolean): string[] => [...Object.keys(ownSorts).filter((one) => names || one !== "name"), ...figureNames(plan)];

/** Kinds of everything a list's condition may speak of. */
export const kindsOf = (plan: Plan): Map<string, Kind> =>
  new Map<string, Kind>([
    ...plan.measures.map((one) => [one.name, one.kind] as const),
    ...plan.scores.map((one) => [one.name, "number"] as const),
    ["tier", "text"],
    ["since", "date"],
  ]);

/** Part of the id or, where names may be read, of the name, in letters of any case. */
const matches = (q: string, names: boolean): Sql => (names ? sql`contains(folded, ${q.toLowerCase()})` : sql`contains(lower(public_id), ${q.toLowerCase()})`);

function conditions(scope: Scope, wanted: Wanted): Sql[] {
  const found: Sql[] = [];
  if (wanted.tiers.length > 0) found.push(sql`s.tier in (${join(wanted.tiers.map((tier) => sql`${tier}`))})`);
  if (wanted.from === "none") found.push(sql`s.before is null`);
  else if (wanted.from !== undefined) found.push(sql`s.before = ${wanted.from} and s.before <> s.tier`);
  found.push(...wanted.where);
  if (wanted.manager === "none") found.push(sql`s.customer_id not in (select customer_id from owner where manager is not null)`);
  else if (wanted.manager !== undefined) found.push(sql`s.customer_id in (select customer_id from owner where manager = ${wanted.manager})`);
  if (wanted.phase !== undefined) found.push(sql`s.phase = ${wanted.phase}`);
  // Who sees everybody needs no look at the profiles to filter; the page itself is joined with them in any case.
  if (wanted.q === undefined && !("all" in scope)) found.push(sql`s.customer_id in (select customer_id from ${customersInSight(scope)})`);
  return found;
}

/** Everybody's rows as `s`, or with a search only those it finds: joined with, not looked up in, for through layers of a standing that takes half the time. */
const askedSql = (standing: Sql, scope: Scope, { q, names }: Wanted): Sql =>
  q === undefined
    ? sql`${standing} as s`
    : sql`(select customer_id from ${customersInSight(scope)} where ${matches(q, names)}) as matched join ${standing} as s using (customer_id)`;

const whereSql = (found: readonly Sql[]): Sql => (found.length === 0 ? sql`` : sql` where ${join(found, " and ")}`);

function sortSql(plan: Plan, by: string): { key: Sql; type: string; joined: boolean } {
  if (by === "tier")
    return {
      key: sql`case s.tier ${join(
        plan.tiers.map((tier, i) => sql`when ${tier.id} then ${raw(String(i))}`),
        " ",
      )} end::smallint`,
      type: ownSorts.tier,
      joined: false,
    };
  if (by === "since") return { key: sql`s.since`, type: ownSorts.since, joined: false };
  if (by === "customer_id") return { key: sql`seen.public_id`, type: ownSorts.customer_id, joined: true };
  if (by === "name") return { key: sql`seen."name"`, type: ownSorts.name, joined: true };
  return { key: sql`s.${name(by)}`, type: typeOf(plan, by), joined: false };
}

/** Is this a value of the column that sorts? */
export const isSortValue = (plan: Plan, by: string, value: string): Sql => sql`select try_cast(${value} as ${raw(sortSql(plan, by).type)}) is not null as fits`;

/** Rows after the last of the page before, in the order (key, id) with unknown keys at the end. */
function afterSql(type: string, { sort, after }: Wanted): Sql {
  if (after === undefined) return sql``;
  const later = sql`customer_id > ${after.id}`;
  if (after.value === null) return sql` where sort_key is null and ${later}`;
  const fits = !type.startsWith("decimal(18") || Math.abs(Number(after.value)) < 1e11;
  const value = sql`${String(after.value)}::${raw(fits ? type : "decimal(34,6)")}`;
  return sql` where (sort_key ${raw(sort.down ? "<" : ">")} ${value} or (sort_key = ${value} and ${later}) or sort_key is null)`;
}

/**
 * Whose turn it is on this page, in order: ids and sort keys alone, so that a million rows are sorted narrow. With a search, which
 * costs more than all the rest, how many there are in all as well; it is not searched twice.
 */
export function customersChosen(plan: Plan, standing: Sql, scope: Scope, wanted: Wanted): Sql {
  const sort = sortSql(plan, wanted.sort.by);
  const asked = askedSql(standing, scope, wanted);
  const from = sort.joined ? sql`${asked} join ${customersInSight(scope)} as seen using (customer_id)` : asked;
  const searched = wanted.q !== undefined;
  const order = sql`sort_key ${raw(wanted.sort.down ? "desc" : "asc")} nulls last, customer_id`;
  return sql`
    with found as ${raw(searched ? "materialized" : "")} (select s.customer_id, ${sort.key} as sort_key from ${from}${whereSql(conditions(scope, wanted))}),
    chosen as (select * from found${afterSql(sort.type, wanted)} order by ${order} limit ${wanted.limit})
    select customer_id, sort_key::varchar as sort_key, ${searched ? sql`(select count(*) from found)` : sql`null::bigint`} as total
    from chosen order by chosen.${order}`;
}

/** Everything shown of these customers: the standing's columns, the profile's as "profile.…" and the owner's as "owner.…". */
export function customersShown(standing: Sql, scope: Scope, ids: readonly number[]): Sql {
  const chosen = sql`(${join(ids.map((id) => sql`${id}`))})`;
  return sql`
    select s.* exclude (since), s.since::varchar as since,
      seen.public_id as "profile.public_id", seen."name" as "profile.name", seen.kind as "profile.kind", seen.branch as "profile.branch",
      held.manager as "owner.manager", keeper."name" as "owner.name"
    from ${standing} as s join ${customersInSight(scope)} as seen on seen.customer_id = s.customer_id
    left join (select customer_id, manager_id, manager from owner where customer_id in ${chosen} and manager is not null) as held
      on held.customer_id = s.customer_id
    left join profile as keeper on keeper.customer_id = held.manager_id
    where s.customer_id in ${chosen} and seen.customer_id in ${chosen}`;
}

/** How many customers the filters leave. */
export function customersCount(standing: Sql, scope: Scope, wanted: Wanted): Sql {
  return sql`select count(*) as total from ${askedSql(standing, scope, wanted)}${whereSql(conditions(scope, wanted))}`;
}
