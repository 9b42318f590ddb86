import { join, name, type Reader, type Sql, sql } from "../../platform/warehouse/index.js";

/** Parties of whom something was recorded or taken back after a moment (with its zone) in any of these tables, in the temporary table `changed`. */
export function changedParties(tables: readonly string[], since: string): Sql {
  const after = (column: string): Sql => sql`${name(column)} > (${since}::timestamptz at time zone 'UTC')`;
  const told = tables.flatMap((table) => {
    const when = table === "sighting" ? after("recorded_at") : sql`${after("recorded_at")} or ${after("retracted_at")}`;
    const who = table === "merged" ? ["party_id", "customer_id"] : ["party_id"];
    return who.map((column) => sql`select ${name(column)} as party_id from ${name(table)} where ${when}`);
  });
  return sql`create or replace temp table changed as select distinct party_id from (${join(told, " union all ")})`;
}

/** Whose they are, in `changed_customer` (also who a party was before it was merged), and all parties of these, in `changed_party`. */
export const mapChanged: readonly Sql[] = [
  sql`create or replace temp table changed_customer as
    select distinct customer_id from (
      select party_id as customer_id from changed
      union all select merged.customer_id from changed join merged using (party_id) where merged.retracted_at is null
    )`,
  sql`create or replace temp table changed_party as
    select customer_id as party_id from changed_customer
    union select party_id from merged join changed_customer using (customer_id) where merged.retracted_at is null`,
];

interface Changed {
  moved: number;
  first_graded: number;
  /** Customers of each tier among them, as held and as graded again. */
  before: Record<string, number>;
  after: Record<string, number>;
}

/** What the new rows come to beside the ones held. */
export async function countsChanged(reader: Reader, table: string, held: Sql): Promise<Changed> {
  const cells = await reader.all<{ from: string | null; to: string | null; customers: number }>(
    sql`select held.tier::varchar as "from", made.tier::varchar as "to", count(*) as customers
    from ${held} as held full join ${name(table)} as made using (customer_id) group by 1, 2`,
  );
  const sum = (of: "from" | "to"): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const cell of cells) {
      const tier = cell[of];
      if (tier !== null) counts[tier] = (counts[tier] ?? 0) + cell.customers;
    }
    return counts;
  };
  const total = (some: typeof cells): number => some.reduce((all, { customers }) => all + customers, 0);
  return {
    moved: total(cells.filter(({ from, to }) => from !== null && to !== null && from !== to)),
    first_graded: total(cells.filter(({ from }) => from === null)),
    before: sum("from"),
    after: sum("to"),
  };
}
