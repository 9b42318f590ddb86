import { atomically } from "../platform/postgres/atomically.js";
import { join, name, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import * as store from "./store/tasks.js";

/** The name of our own place in the warehouse's list of copies, and of the source that these facts come from. */
const CONTACTS = "contact";
const SOURCE = "tierkeep";
const PAGE = 5_000;

/**
 * What happened becomes facts again: contacts recorded by staff go to the warehouse as interactions, in order, each once. How far
 * they are is kept in the transaction that brings them.
 */
export async function moveContacts(workspace: Workspace): Promise<number> {
  let moved = 0;
  for (;;) {
    const place = await workspace.warehouse.first<{ run: number }>(sql`select run from mirror where ${name("name")} = ${CONTACTS}`);
    const rows = await atomically(workspace.postgres, "all", (tx) => store.contactsAfter(tx, place?.run ?? 0, PAGE));
    const last = rows.at(-1);
    if (last === undefined) return moved;
    const told = rows.map(
      (row) =>
        sql`(${row.customer_id}::integer, ${row.occurred_at}::timestamp, ${row.reached ? row.channel : `${row.channel}_not_reached`}, ${row.channel}, ${row.direction}, ${row.contact}::hugeint)`,
    );
    const at = new Date().toISOString().replace("T", " ").replace("Z", "");
    await workspace.warehouse.write((session) =>
      session.transaction(async () => {
        await session.run(sql`insert into interaction (party_id, occurred_at, kind, channel, direction, key, source, part, recorded_at)
          select t.*, ${SOURCE}, 'contact', ${at}::timestamp from (values ${join(told)}) t`);
        await session.run(sql`delete from mirror where ${name("name")} = ${CONTACTS}`);
        await session.run(sql`insert into mirror values (${CONTACTS}, ${last.contact}::integer)`);
      }),
    );
    moved += rows.length;
  }
}
