import { join, name, type Sql, sql } from "../../platform/warehouse/index.js";
import { columnsOf, type Fact, facts } from "../schema.js";

/** The parties of one customer. */
const partiesOf = (customerId: number): Sql => sql`(
  select party_id from party where party_id = ${customerId}
    and party_id not in (select party_id from merged where retracted_at is null)
  union all select party_id from merged where customer_id = ${customerId} and retracted_at is null)`;

/** One customer's rows of a fact, the newest first, each with how many there are in all: looked for once, in millions of rows. */
export function newestFacts(fact: Exclude<Fact, "customer" | "product">, customerId: number, limit: number): Sql {
  const columns = columnsOf(fact).filter((column) => column.name !== "customer_id");
  return sql`
    select ${join(columns.map((column) => name(column.name)))}, count(*) over () as rows_in_all from ${name(fact)}
    where party_id in ${partiesOf(customerId)} and retracted_at is null
    order by ${name(facts[fact].time)} desc nulls last, key limit ${limit}`;
}

/** Every row of a fact that is told of one customer, with where it came from. */
export const allFacts = (fact: Exclude<Fact, "product">, customerId: number): Sql =>
  sql`select * exclude (party_id, key) from ${name(fact)} where party_id in ${partiesOf(customerId)} order by recorded_at, key`;

/** The newest balance of each account and kind, each with how many balances there are in all. */
export function currentBalances(customerId: number, limit: number): Sql {
  return sql`
    select max(on_date) as on_date, account_ref, kind, arg_max(amount, (on_date, recorded_at, key)) as amount, (sum(count(*)) over ())::bigint as rows_in_all
    from balance where party_id in ${partiesOf(customerId)} and retracted_at is null
    group by account_ref, kind order by amount desc, account_ref limit ${limit}`;
}
