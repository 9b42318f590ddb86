import type { JSONColumnType, Kysely } from "kysely";
import type { Transaction } from "../platform/postgres/atomically.js";
import type { ImportBatch, ImportResult } from "./schema.js";

/** What an import's reasons mean stands with the rows that were set aside. */
type HeldBatch = Omit<ImportBatch, "reasons">;

type State = "running" | "done" | "failed" | "interrupted";

interface Tables {
  inbox_folder: { mapping: string; files: JSONColumnType<Record<string, string>> };
  import_batch: Omit<ImportBatch, "batch" | "set_aside_by_reason" | "reasons"> & {
    id: string;
    state: State;
    set_aside_by_reason: JSONColumnType<Record<string, number>>;
  };
}

/** A batch of live facts is written to for an hour. */
const LIVE_MS = 2 * 3_600_000;

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

const shown = [
  "id as batch",
  "source",
  "mapping",
  "files",
  "rows_read",
  "rows_loaded",
  "rows_set_aside",
  "unchanged",
  "set_aside_by_reason",
  "seconds",
  "imported_at",
  "imported_by",
  "live",
] as const;

/** Say that an import has begun; false: it had before. */
export async function beginBatch(
  tx: Transaction,
  batch: Pick<ImportBatch, "batch" | "source" | "mapping" | "files" | "imported_by"> & { live?: boolean },
): Promise<boolean> {
  const { batch: id, source, mapping, files, imported_by, live = false } = batch;
  const nothing = { rows_read: 0, rows_loaded: 0, rows_set_aside: 0, unchanged: 0, set_aside_by_reason: "{}", seconds: 0 };
  const { numInsertedOrUpdatedRows } = await db(tx)
    .insertInto("import_batch")
    .values({ id, source, mapping, files, imported_by, live, imported_at: new Date().toISOString(), state: "running", ...nothing })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Say how an import ended well. */
export async function completeBatch(tx: Transaction, result: Omit<ImportResult, "files" | "source">): Promise<void> {
  const { batch, set_aside_by_reason, ...counts } = result;
  await db(tx)
    .updateTable("import_batch")
    .set({ ...counts, set_aside_by_reason: JSON.stringify(set_aside_by_reason), state: "done" })
    .where("id", "=", batch)
    .execute();
}

/** Say that an import changed nothing. */
export async function endBatch(tx: Transaction, batch: string, state: "failed" | "interrupted"): Promise<void> {
  await db(tx).updateTable("import_batch").set({ state }).where("id", "=", batch).execute();
}

/** Imports that a process began and never ended, and the last batches of live facts, whose counts it may have left behind. */
export const openBatches = async (tx: Transaction): Promise<string[]> =>
  (
    await db(tx)
      .selectFrom("import_batch")
      .select("id")
      .where((of) =>
        of.or([of("state", "=", "running"), of.and([of("live", "=", true), of("imported_at", ">", new Date(Date.now() - LIVE_MS).toISOString())])]),
      )
      .execute()
  ).map((row) => row.id);

/** One finished import. */
export const findBatch = (tx: Transaction, batch: string): Promise<HeldBatch | undefined> =>
  db(tx).selectFrom("import_batch").select(shown).where("id", "=", batch).where("state", "=", "done").executeTakeFirst();

/** Finished imports, the newest first; `before` is the last batch of the page before. */
export async function listBatches(tx: Transaction, limit: number, before: string | undefined): Promise<HeldBatch[]> {
  const page = db(tx).selectFrom("import_batch").select(shown).where("state", "=", "done").orderBy("imported_at", "desc").orderBy("id", "desc").limit(limit);
  if (before === undefined) return page.execute();
  return page
    .where((of) =>
      of(
        of.refTuple("imported_at", "id"),
        "<",
        of.selectFrom("import_batch as last").select(["last.imported_at", "last.id"]).where("last.id", "=", before).$asTuple("imported_at", "id"),
      ),
    )
    .execute();
}

/** What was imported last of a folder of the inbox: size and time of each file by its name. */
export async function inboxFiles(tx: Transaction, mapping: string): Promise<Record<string, string>> {
  return (await db(tx).selectFrom("inbox_folder").select("files").where("mapping", "=", mapping).executeTakeFirst())?.files ?? {};
}

export async function keepInbox(tx: Transaction, mapping: string, read: Record<string, string>): Promise<void> {
  const files = JSON.stringify(read);
  await db(tx)
    .insertInto("inbox_folder")
    .values({ mapping, files })
    .onConflict((conflict) => conflict.column("mapping").doUpdateSet({ files }))
    .execute();
}
