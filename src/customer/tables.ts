import type { Table } from "../platform/warehouse/tables.js";
import { columnsOf, type Fact, Fact as Facts } from "./schema.js";

/**
 * On every fact row: where it came from (source, and part of its mapping), what identifies it there, and from when until
 * when we knew it (UTC).
 */
const provenance = { source: "varchar", part: "varchar", key: "hugeint", recorded_at: "timestamp", retracted_at: "timestamp" };

function factTable(fact: Fact): Table {
  const columns = columnsOf(fact)
    .filter((column) => column.name !== "customer_id")
    .map((column) => [column.name, column.meta.sql]);
  const subject: Record<string, string> = fact === "product" ? {} : { party_id: "integer" };
  return { name: fact, columns: { ...subject, ...Object.fromEntries(columns), ...provenance } };
}

/**
 * The customer feature's part of the warehouse.
 * - `party`: one row per (source, external id), never rewritten. `public_id` is the id people use: the external id, or
 *   `source:external_id` when another source already had it (numbered when somebody has that too).
 * - `merged`: party → customer, only where they differ; an un-merge retracts the row.
 * - `sighting`: the earliest day any fact speaks of, again whenever an earlier one arrives; decides who existed on a day.
 * - `profile`: one row per customer as known now, renewed by every import; what lists and scopes join.
 * - `owner`: who looks after whom, a copy of the assignments in PostgreSQL that scopes and lists can join; without a manager, why.
 * - `mirror`: up to where each such copy goes, so that one a kill left behind is made again.
 */
export const tables: readonly Table[] = [
  { name: "party", columns: { party_id: "integer", source: "varchar", external_id: "varchar", public_id: "varchar", recorded_at: "timestamp" } },
  { name: "merged", columns: { party_id: "integer", customer_id: "integer", recorded_at: "timestamp", retracted_at: "timestamp" } },
  {
    name: "owner",
    columns: {
      customer_id: "integer",
      manager_id: "integer",
      manager: "varchar",
      mode: "varchar",
      model: "varchar",
      tier: "varchar",
      minutes: "integer",
      reason: "varchar",
      since: "date",
    },
  },
  { name: "mirror", columns: { name: "varchar", run: "integer" } },
  { name: "sighting", columns: { party_id: "integer", first_on: "date", recorded_at: "timestamp" } },
  {
    name: "profile",
    columns: {
      customer_id: "integer",
      public_id: "varchar",
      kind: "varchar",
      name: "varchar",
      sex: "varchar",
      birth_on: "date",
      phone: "varchar",
      email: "varchar",
      id_number: "varchar",
      address: "varchar",
      region: "varchar",
      branch: "varchar",
      since_on: "date",
      // id and name in small letters, for searching: folding case at every key pressed costs more than looking
      folded: "varchar",
    },
  },
  ...Facts.options.map(factTable),
];
