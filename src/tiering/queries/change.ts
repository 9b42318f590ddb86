import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";

/** From tier to tier, also those who stay; who held none before is left out. */
export const matrixSql = (table: string): Sql =>
  sql`select before::varchar as "from", tier::varchar as "to", count(*) as customers from ${name(table)} where before is not null group by 1, 2 order by 1, 2`;

export interface MatrixCell {
  from: string;
  to: string;
  customers: number;
}

/** The same as customers by tier before and tier after. */
export function matrixOf(cells: readonly MatrixCell[]): Record<string, Record<string, number>> {
  const matrix: Record<string, Record<string, number>> = {};
  for (const { from, to, customers } of cells) matrix[from] = { ...matrix[from], [to]: customers };
  return matrix;
}

/** Some of those who move, by what they are worth. */
export const moversSql = (table: string, value: string | null, limit: number): Sql => {
  const worth = sql`moving.${name(value ?? "customer_id")}`;
  return sql`
    select party.public_id as customer_id, moving.before::varchar as "from", moving.tier::varchar as "to", ${value === null ? raw("null") : sql`${worth}::varchar`} as "value"
    from ${name(table)} as moving join party on party.party_id = moving.customer_id
    where moving.before <> moving.tier order by ${worth} desc nulls last, moving.customer_id limit ${limit}`;
};

/** Hours a month of account managers with the customers they have: now, and with the tiers of this table. Those that change most. */
export function managersSql(table: string, model: string, minutes: ReadonlyMap<string, number>, limit: number): Sql {
  const owed = (tier: Sql): Sql =>
    minutes.size === 0
      ? raw("0")
      : sql`(case ${tier}::varchar ${join(
          [...minutes].map(([id, each]) => sql`when ${id} then ${each}::double`),
          " ",
        )} else 0 end)`;
  return sql`
    with work as ( -- of every assignment, in minutes
      select owner.manager_id, owner.manager, owner.minutes / 100 as now_owed,
        case when owner.model = ${model} and moving.before is not null then ${owed(sql`moving.tier`)} - ${owed(sql`moving.before`)} else 0 end as more
      from owner left join ${name(table)} as moving using (customer_id) where owner.manager_id is not null
    )
    select work.manager, profile."name", round(sum(now_owed) / 60, 1)::double as before, round((sum(now_owed) + sum(more)) / 60, 1)::double as after
    from work left join profile on profile.customer_id = work.manager_id
    group by 1, 2 having sum(more) <> 0 order by abs(sum(more)) desc, 1 limit ${limit}`;
}
