import { join, type Sql, sql } from "../../platform/warehouse/index.js";

export interface HoldingRow {
  customer_id: number;
  ref: string;
  product: string | null;
  amount: string | null;
  matures_on: string | null;
}

/** The newest word on some contracts of some customers. Read by their parties: whole numbers are found faster than names of contracts. */
export function holdingsNamed(customers: readonly number[], refs: readonly string[]): Sql {
  const ids = join(customers.map((one) => sql`${one}`));
  return sql`
  select coalesce(merged.customer_id, held.party_id) as customer_id, coalesce(held.holding_ref, held.key::varchar) as ref,
    arg_max(held.product, (held.recorded_at, held.rowid)) as product, arg_max(held.amount, (held.recorded_at, held.rowid))::varchar as amount,
    arg_max(held.matures_on, (held.recorded_at, held.rowid))::varchar as matures_on
  from holding held left join merged on merged.party_id = held.party_id and merged.retracted_at is null
  where held.retracted_at is null
    and (held.party_id in (${ids}) or held.party_id in (select party_id from merged where customer_id in (${ids}) and retracted_at is null))
    and coalesce(held.holding_ref, held.key::varchar) in (${join(refs.map((one) => sql`${one}`))})
    and coalesce(merged.customer_id, held.party_id) in (${ids})
  group by 1, 2`;
}
