import { operator } from "../access/index.js";
import { refreshProfiles } from "../customer/index.js";
import { tables } from "../customer/parts.js";
import type { Fact } from "../customer/schema.js";
import { join, name, type Session, type SqlValue, sql } from "../platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { publish } from "./models.js";
import { runModel } from "./run.js";
import type { RunRequest, RunResult } from "./schema.js";
import { standingTable } from "./standing.js";

type FactRow = Record<string, SqlValue>;

/** Facts as a story tells them: fact → rows; `customer` is the public id (products have none), `known` since when (default: long ago). */
export type Facts = Partial<Record<Fact, FactRow[]>>;

const firstDay = {
  customer: "since_on",
  holding: "opened_on",
  balance: "on_date",
  transaction: "occurred_at",
  interaction: "occurred_at",
  attribute: "on_date",
} as const;

/** Put facts into the warehouse as an import leaves them. */
export async function tell(session: Session, facts: Facts): Promise<void> {
  const { product = [], ...ofCustomers } = facts;
  const ids = [...new Set(Object.values(ofCustomers).flatMap((rows) => rows.map((row) => String(row["customer"]))))];
  for (const id of ids) {
    await session.run(
      sql`insert into party select (select coalesce(max(party_id), 0) + 1 from party), 'story', ${id}, ${id}, timestamp '2000-01-01' where ${id} not in (select public_id from party)`,
    );
  }
  let key = (await session.first<{ n: number }>(sql`select count(*) as n from transaction`))?.n ?? 0;
  const told = ({ known = "2000-01-01", retracted = null, ...rest }: FactRow) =>
    Object.entries({ ...rest, source: "story", key: ++key, recorded_at: known, retracted_at: retracted });
  const named = (columns: readonly [string, SqlValue][]) => join(columns.map(([column]) => name(column)));
  const values = (columns: readonly [string, SqlValue][]) => join(columns.map(([, value]) => sql`${value}`));
  for (const columns of product.map(told)) await session.run(sql`insert into product (${named(columns)}) values (${values(columns)})`);
  for (const [fact, rows] of Object.entries(ofCustomers) as [keyof typeof firstDay, FactRow[]][]) {
    for (const { customer, ...row } of rows) {
      const columns = told(row);
      const party = sql`(select party_id from party where public_id = ${String(customer)})`;
      await session.run(sql`insert into ${name(fact)} (party_id, ${named(columns)}) select ${party}, ${values(columns)}`);
      const day = row[firstDay[fact]] ?? null;
      await session.run(
        sql`insert into sighting select ${party}, coalesce(${day}::timestamp::date, date '0001-01-01'), ${row["known"] ?? "2000-01-01"}::timestamp`,
      );
    }
  }
  await refreshProfiles(session);
}

export interface Story extends TemporaryWorkspace {
  tell(facts: Facts): Promise<void>;
  publish(text: string): Promise<void>;
  run(request: RunRequest): Promise<RunResult>;
  /** Tier and figures of everyone after a run, by public id. */
  standing(result: RunResult): Promise<Record<string, Record<string, unknown>>>;
}

/** A workspace in which a story is told. */
export async function story(facts: Facts = {}): Promise<Story> {
  const workspace = await temporaryWorkspace(tables);
  await workspace.warehouse.write((session) => tell(session, facts));
  return {
    ...workspace,
    tell: (more) => workspace.warehouse.write((session) => tell(session, more)),
    publish: async (text) => void (await publish(workspace, operator, { text, origin: "story.yaml" })),
    run: (request) => runModel(workspace, operator, request, () => undefined),
    async standing(result) {
      const held = await workspace.warehouse.all<{ table_name: string }>(
        sql`select table_name from information_schema.tables where table_name in (${standingTable("standing", result.model, result.run)}, ${standingTable("reading", result.model, result.run)})`,
      );
      const rows = await workspace.warehouse.all<Record<string, unknown>>(
        sql`select public_id, standing.* exclude (customer_id) from ${name(held[0]?.table_name ?? "")} as standing join profile using (customer_id) order by public_id`,
      );
      return Object.fromEntries(rows.map(({ public_id, ...row }) => [String(public_id), row]));
    },
  };
}
