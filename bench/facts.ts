import { type Session, sql } from "../src/platform/warehouse/index.js";

/** What the bench grades: `transactions` rows over two years, ten a customer, frequencies and amounts skewed as real ones are. */
export interface Facts {
  transactions: number;
  customers: number;
}

export const FIRST_DAY = "2023-01-01";
const DAYS = 730;
const SEED = 2_654_435_761;

/** Fill an empty warehouse. Everything comes from hashes of the row number, so every machine gets the same rows. */
export async function fill(session: Session, { transactions, customers }: Facts): Promise<void> {
  await session.run(sql`insert into party select i, 'bench', 'C' || i, 'C' || i, timestamp '2025-01-01' from range(${customers}) t(i)`);
  await session.run(sql`insert into sighting select i, ${FIRST_DAY}::date, timestamp '2025-01-01' from range(${customers}) t(i)`);
  await session.run(sql`
    insert into profile (customer_id, public_id, kind, "name", branch, folded)
    select i, 'C' || i, 'person', 'Customer ' || i, 'branch ' || (i % 40), lower('C' || i || chr(31) || 'Customer ' || i) from range(${customers}) t(i)`);
  await session.run(sql`
    insert into "transaction" (party_id, occurred_at, order_ref, kind, product, channel, quantity, amount, source, key, recorded_at)
    with drawn as ( -- uniform numbers out of the row number
      select i,
        hash(i) / 18446744073709551616.0 as who, hash(i + ${SEED}) / 18446744073709551616.0 as when_, hash(i * 3 + ${SEED}) / 18446744073709551616.0 as much
      from range(${transactions}) t(i)
    )
    select least(floor(${customers} * pow(who, 1.7)), ${customers} - 1)::integer,
      ${FIRST_DAY}::timestamp + to_seconds(floor((i + when_) / ${transactions} * ${DAYS} * 86400)),
      'O' || (i // 2), case when much < 0.9 then 'purchase' else 'refund' end, 'P' || (hash(i) % 500), case when i % 3 = 0 then 'shop' else 'online' end,
      1, exp(1.2 * sqrt(-2 * ln(1 - much * 0.999999)) + 3)::decimal(18,4), 'bench', i::hugeint, timestamp '2025-01-01'
    from drawn`);
}

/** Purchases after which whoever made one changes tier at the next run, and such as people make. */
export const LARGE = 1_000_000;
export const ORDINARY = 20;

/** A purchase of every `1 / share`-th customer, of another slice each `round`. */
export async function stir(session: Session, { customers, transactions }: Facts, share: number, round: number, day: string, amount = LARGE): Promise<void> {
  const slices = Math.round(1 / share);
  await session.run(sql`
    insert into "transaction" (party_id, occurred_at, order_ref, kind, product, channel, quantity, amount, source, key, recorded_at)
    select i::integer, ${day}::timestamp, 'S' || ${round}, 'purchase', 'P1', 'shop', 1, ${amount}, 'bench', (${transactions} + ${round} * ${customers} + i)::hugeint, date_trunc('milliseconds', now() at time zone 'UTC')
    from range(${customers}) t(i) where (hash(i) % ${slices})::integer = ${round % slices}`);
}
