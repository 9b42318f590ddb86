import { type Reader, type Session, sql } from "../platform/warehouse/index.js";
import type { ImportResult } from "./schema.js";

/** What a batch came to. The warehouse's own rows of batches are written with their facts: a batch is there exactly when these are. */
export type Counts = Pick<ImportResult, "rows_read" | "rows_loaded" | "rows_set_aside" | "unchanged" | "set_aside_by_reason">;

export const nothingRead: Counts = { rows_read: 0, rows_loaded: 0, rows_set_aside: 0, unchanged: 0, set_aside_by_reason: {} };

/** The counts of a batch whose facts are in. */
export async function heldCounts(reader: Reader, batch: string): Promise<Counts | undefined> {
  const held = await reader.first<Omit<Counts, "set_aside_by_reason"> & { set_aside_by_reason: string }>(
    sql`select rows_read, rows_loaded, rows_set_aside, unchanged, set_aside_by_reason from batch where batch = ${batch}`,
  );
  return held && { ...held, set_aside_by_reason: JSON.parse(held.set_aside_by_reason) as Record<string, number> };
}

/** Within the transaction of its facts: what a batch came to by now. */
export async function keepCounts(session: Session, batch: string, source: string, recordedAt: string, counts: Counts): Promise<void> {
  await session.run(sql`delete from batch where batch = ${batch}`);
  await session.run(sql`
    insert into batch
    select ${batch}, ${source}, ${counts.rows_read}, ${counts.rows_loaded}, ${counts.rows_set_aside}, ${counts.unchanged}, ${JSON.stringify(counts.set_aside_by_reason)}, ${recordedAt}::timestamp`);
}

export function addedUp(some: Counts, more: Counts): Counts {
  const reasons = { ...some.set_aside_by_reason };
  for (const [code, n] of Object.entries(more.set_aside_by_reason)) reasons[code] = (reasons[code] ?? 0) + n;
  return {
    rows_read: some.rows_read + more.rows_read,
    rows_loaded: some.rows_loaded + more.rows_loaded,
    rows_set_aside: some.rows_set_aside + more.rows_set_aside,
    unchanged: some.unchanged + more.unchanged,
    set_aside_by_reason: reasons,
  };
}
