import { sql } from "kysely";
import { atomically, type Transaction } from "../postgres/atomically.js";
import type { OnProgress } from "../progress.js";
import type { Workspace } from "../workspace/index.js";

interface Tables {
  change: { id: number; kind: string; detail: unknown };
  change_reader: { reader: string; read_to: number };
}

/** Something that happened, named as a whole: 'tiers' with the run's number, not each customer who moved. */
export interface Change {
  id: number;
  kind: string;
  detail: Record<string, unknown>;
}

/**
 * Note what happened, in the transaction that does it. Entries commit in the order of their numbers: who appends holds
 * the log until the commit, so append last, and no reader can pass over a lower number that comes later.
 */
export async function appendChange(tx: Transaction, kind: string, detail: Record<string, unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(7411004)`.execute(tx.db<Tables>());
  await sql`insert into change (kind, detail) values (${kind}, ${JSON.stringify(detail)}::jsonb)`.execute(tx.db<Tables>());
}

/** The number of the newest entry; 0 before there is any. */
export async function lastChange(workspace: Workspace): Promise<number> {
  const row = await atomically(workspace.postgres, "all", (tx) =>
    tx
      .db<Tables>()
      .selectFrom("change")
      .select((of) => of.fn.max("id").as("id"))
      .executeTakeFirst(),
  );
  return Number(row?.id ?? 0);
}

/** What happened of these kinds since `reader` last looked, oldest first. */
async function changesFor(tx: Transaction, reader: string, kinds: readonly string[]): Promise<Change[]> {
  const db = tx.db<Tables>();
  const place = await db.selectFrom("change_reader").select("read_to").where("reader", "=", reader).executeTakeFirst();
  const rows = await db
    .selectFrom("change")
    .select(["id", "kind", "detail"])
    .where("id", ">", place?.read_to ?? 0)
    .where("kind", "in", [...kinds])
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ ...row, detail: row.detail as Change["detail"] }));
}

/** `reader` has taken in everything up to this entry. */
async function readTo(tx: Transaction, reader: string, id: number): Promise<void> {
  await tx
    .db<Tables>()
    .insertInto("change_reader")
    .values({ reader, read_to: id })
    .onConflict((conflict) => conflict.column("reader").doUpdateSet({ read_to: id }))
    .execute();
}

/** A feature that reacts to what earlier ones did; handed over by app/, which follows them in the order of the pipeline. */
export interface ChangeReader {
  name: string;
  kinds: readonly string[];
  /** Take in what happened. It may be asked again for the same changes when a process ends before their place is kept. */
  follow(workspace: Workspace, changes: readonly Change[], report: OnProgress): Promise<void>;
}

/** Is there something that a reader has not taken in? */
export function anyUnread(workspace: Workspace, readers: readonly ChangeReader[]): Promise<boolean> {
  return atomically(workspace.postgres, "all", async (tx) => {
    for (const reader of readers) if ((await changesFor(tx, reader.name, reader.kinds)).length > 0) return true;
    return false;
  });
}

/** Let every reader take in what happened since it last looked. */
export async function followChanges(workspace: Workspace, readers: readonly ChangeReader[], report: OnProgress): Promise<void> {
  for (const reader of readers) {
    const changes = await atomically(workspace.postgres, "all", (tx) => changesFor(tx, reader.name, reader.kinds));
    const last = changes.at(-1);
    if (last === undefined) continue;
    await reader.follow(workspace, changes, report);
    await atomically(workspace.postgres, "all", (tx) => readTo(tx, reader.name, last.id));
  }
}

/** Every reader has seen what happened until now: the one who did it told them by other ways. */
export async function skipChanges(workspace: Workspace, readers: readonly ChangeReader[]): Promise<void> {
  await atomically(workspace.postgres, "all", async (tx) => {
    for (const reader of readers) {
      const last = (await changesFor(tx, reader.name, reader.kinds)).at(-1);
      if (last !== undefined) await readTo(tx, reader.name, last.id);
    }
  });
}
