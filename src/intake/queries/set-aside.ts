import type { Text } from "../../platform/schema.js";
import type { Reader } from "../../platform/warehouse/index.js";
import { join, sql } from "../../platform/warehouse/index.js";
import type { SetAsideRow } from "../schema.js";

type Flat = Omit<SetAsideRow, "reason"> & { reason_zh: string; reason_en: string };

/** Rows a batch set aside, by file and line; of one reason only when `code` is given. */
export async function setAsideRows(
  reader: Reader,
  batch: string,
  options: { code?: string | undefined; offset: number; limit: number },
): Promise<SetAsideRow[]> {
  const only = options.code === undefined ? sql`` : sql`and code = ${options.code}`;
  const rows = await reader.all<Flat>(sql`
    select file, line, "column", code, reason_zh, reason_en, content
    from set_aside
    where batch = ${batch} ${only}
    order by file, line, code, content
    limit ${options.limit} offset ${options.offset}`);
  return rows.map(({ reason_zh, reason_en, ...row }) => ({ ...row, reason: { zh: reason_zh, en: reason_en } }));
}

/** A code that says more things than this is left to speak for itself. */
const SAYINGS = 3;

/** What the codes of some batches say, by batch. */
export async function reasonsOf(reader: Reader, batches: readonly string[]): Promise<Map<string, Record<string, Text>>> {
  if (batches.length === 0) return new Map();
  const rows = await reader.all<{ batch: string; code: string; zh: string; en: string }>(sql`
    with saying as ( -- each different reason once
      select distinct batch, code, reason_zh, reason_en from set_aside where batch in (${join(batches.map((batch) => sql`${batch}`))})
    )
    select batch, code, string_agg(reason_zh, '；' order by reason_en) as zh, string_agg(reason_en, '; ' order by reason_en) as en
    from saying
    group by all
    having count(*) <= ${SAYINGS}`);
  const said = new Map<string, Record<string, Text>>();
  for (const { batch, code, zh, en } of rows) said.set(batch, { ...said.get(batch), [code]: { zh, en } });
  return said;
}

/** How many there are. */
export async function countSetAside(reader: Reader, batch: string, code?: string): Promise<number> {
  const only = code === undefined ? sql`` : sql`and code = ${code}`;
  return (await reader.first<{ n: number }>(sql`select count(*) as n from set_aside where batch = ${batch} ${only}`))?.n ?? 0;
}
