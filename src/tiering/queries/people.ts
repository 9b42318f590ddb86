import type { Scope } from "../../access/schema.js";
import { customersInSight } from "../../customer/index.js";
import { type Expression, type Kind, namesIn, toSql } from "../../platform/expression/index.js";
import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Plan } from "../plan.js";
import { kindsOf } from "./customers.js";

/** What a condition may ask of the profile. A figure of the model that has the same name comes first. */
const ofProfile = { age: "number", sex: "text", region: "text", branch: "text", kind: "text" } as const satisfies Record<string, Kind>;

export type ProfileName = keyof typeof ofProfile;

/** Kinds of everything a condition on people may speak of: the model's figures, and the profile. */
export const kindsOfPeople = (plan: Plan): Map<string, Kind> =>
  new Map<string, Kind>([...kindsOf(plan), ...Object.entries(ofProfile).filter(([one]) => !kindsOf(plan).has(one))]);

const profileNamesIn = (plan: Plan, e: Expression): string[] => {
  const figures = kindsOf(plan);
  return namesIn(e).filter((one) => one in ofProfile && !figures.has(one));
};

/** Does a condition tell something of when people were born? */
export const speaksOfAge = (plan: Plan, e: Expression): boolean => profileNamesIn(plan, e).includes("age");

/** Whole years on a day; who was born on the 29th of February is a year older on the 1st of March. */
const ageSql = (asOf: string): Sql =>
  sql`(year(${asOf}::date) - year(seen.birth_on) - case when month(seen.birth_on) * 100 + day(seen.birth_on) > month(${asOf}::date) * 100 + day(${asOf}::date) then 1 else 0 end)`;

export const profileSql = (one: ProfileName, asOf: string): Sql => (one === "age" ? ageSql(asOf) : sql`seen.${name(one)}`);

/** A condition as SQL over the standing `s` and the profile `seen`. */
export function holdsSql(plan: Plan, asOf: string, e: Expression): Sql {
  const figures = kindsOf(plan);
  return toSql(e, (one) => (figures.has(one) ? sql`s.${name(one)}` : profileSql(one as ProfileName, asOf)));
}

/** The same where only the standing is at hand, as in a list. */
export function holdsInList(plan: Plan, standing: Sql, asOf: string, e: Expression): Sql {
  if (profileNamesIn(plan, e).length === 0) return holdsSql(plan, asOf, e);
  return sql`s.customer_id in (select customer_id from ${standing} as s join profile as seen using (customer_id) where ${holdsSql(plan, asOf, e)})`;
}

const peopleSql = (standing: Sql, scope: Scope): Sql => sql`${standing} as s join ${customersInSight(scope)} as seen using (customer_id)`;

/** Per tier: how many there are, and how many each of these conditions holds for, as "in0", "in1", … */
export function groupCounts(plan: Plan, standing: Sql, asOf: string, scope: Scope, conditions: readonly Expression[]): Sql {
  const counts = conditions.map((e, i) => sql`count(*) filter (where ${holdsSql(plan, asOf, e)}) as ${name(`in${i}`)}`);
  return sql`select s.tier, count(*) as everybody, ${join(counts)} from ${peopleSql(standing, scope)} group by 1`;
}

/** Which of these conditions hold for one customer, as "in0", "in1", …; no row: the model did not grade them. */
export function conditionsHeld(plan: Plan, standing: Sql, asOf: string, customerId: number, conditions: readonly Expression[]): Sql {
  const held = conditions.map((e, i) => sql`${holdsSql(plan, asOf, e)} as ${name(`in${i}`)}`);
  return sql`select ${join(held)} from ${standing} as s join profile as seen using (customer_id) where s.customer_id = ${customerId}`;
}

/** Whose portrait is drawn: a relation of everybody in sight, with `here` for those of the tier and the group. */
export interface Sitters {
  plan: Plan;
  standing: Sql;
  asOf: string;
  scope: Scope;
  tier: string | undefined;
  group: Expression | undefined;
}

function sittersSql({ plan, standing, asOf, scope, tier, group }: Sitters, columns: readonly Sql[]): Sql {
  const here = [...(tier === undefined ? [] : [sql`s.tier = ${tier}`]), ...(group === undefined ? [] : [sql`coalesce(${holdsSql(plan, asOf, group)}, false)`])];
  return sql`(select ${join([...columns, here.length === 0 ? sql`true as here` : sql`(${join(here, " and ")}) as here`])} from ${peopleSql(standing, scope)})`;
}

/** Per tier: of everybody, and here. */
export const sittersByTier = (sitters: Sitters): Sql =>
  sql`select tier, count(*) as everybody, count(*) filter (where here) as here from ${sittersSql(sitters, [sql`s.tier`])} group by 1`;

const ageBand = (asOf: string): Sql => {
  const age = ageSql(asOf);
  return sql`case when ${age} is null then null when ${age} < 25 then '<25' when ${age} < 35 then '25–34' when ${age} < 45 then '35–44' when ${age} < 55 then '45–54' when ${age} < 65 then '55–64' else '65+' end`;
};

/** What people are counted by: something of the profile, or a text measure. */
export type Trait = { profile: ProfileName } | { measure: string };

/** The most frequent values here, with how many have each here and of everybody; bands of age in their order. */
export function traitSql(sitters: Sitters, trait: Trait, most: number): Sql {
  const value = "measure" in trait ? sql`s.${name(trait.measure)}` : trait.profile === "age" ? ageBand(sitters.asOf) : profileSql(trait.profile, sitters.asOf);
  const byAge = "profile" in trait && trait.profile === "age";
  return sql`
    with told as (
      select value, count(*) filter (where here) as here, count(*) as everybody from ${sittersSql(sitters, [sql`${value} as value`])} group by 1
    ),
    chosen as (select * from told order by here desc, everybody desc, value nulls last limit ${most})
    select * from chosen order by ${raw(byAge ? "value = '<25' desc nulls last, value nulls last" : "value is null, here desc, everybody desc, value")}`;
}

/** Of a measure: how many have it, and the values a quarter, half and three quarters lie below; here and of everybody. */
export function spreadsSql(sitters: Sitters, measure: string): Sql {
  const at = (part: string, here: boolean): Sql =>
    sql`quantile_cont(value, ${raw(part)})${here ? sql` filter (where here)` : sql``} as ${name(`${here ? "here" : "everybody"}_${part}`)}`;
  const parts = ["0.25", "0.5", "0.75"];
  return sql`select count(value) filter (where here) as here_known, count(value) as everybody_known, ${join(parts.flatMap((part) => [at(part, true), at(part, false)]))}
    from ${sittersSql(sitters, [sql`s.${name(measure)}::double as value`])}`;
}

/** How many wear each of these conditions' tags, here as "here0", … and of everybody as "everybody0", … */
export function tagsSql(sitters: Sitters, conditions: readonly Expression[]): Sql {
  const worn = conditions.map((e, i) => sql`${holdsSql(sitters.plan, sitters.asOf, e)} as ${name(`in${i}`)}`);
  const counts = conditions.flatMap((_, i) => [
    sql`count(*) filter (where here and ${name(`in${i}`)}) as ${name(`here${i}`)}`,
    sql`count(*) filter (where ${name(`in${i}`)}) as ${name(`everybody${i}`)}`,
  ]);
  return sql`select ${join(counts)} from ${sittersSql(sitters, worn)}`;
}
