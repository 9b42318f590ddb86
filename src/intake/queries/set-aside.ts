import type { Text } from "../../platform/schema.js";
import type { Reader } from "../../platform/warehouse/index.js";
import { join, sql } from "../../platform/warehouse/index.js";
import type { SetAsideRow } from "../schema.js";

type Flat = Omit<SetAsideRow, "reason"> & { reason_zh: string; reason_en: string; value: string | null };

/** What a row said may name a person: who may not read that gets this instead. */
const HIDDEN = "•••";

/** Rows a batch set aside, by file and line; of one reason only when `code` is given. The reason names the value to those alone who may read the row. */
export async function setAsideRows(
  reader: Reader,
  batch: string,
  options: { code?: string | undefined; offset: number; limit: number; readable: boolean },
): Promise<SetAsideRow[]> {
  const only = options.code === undefined ? sql`` : sql`and code = ${options.code}`;
  const rows = await reader.all<Flat>(sql`
    select file, line, "column", code, reason_zh, reason_en, content, value
    from set_aside
    where batch = ${batch} ${only}
    order by file, line, code, content
    limit ${options.limit} offset ${options.offset}`);
  return rows.map(({ reason_zh: zh, reason_en: en, value, content, ...row }) => ({
    ...row,
    reason: value === null || !options.readable ? { zh, en } : { zh: `“${value}”：${zh}`, en: `“${value}”: ${en}` },
    content: options.readable ? content : HIDDEN,
  }));
}

/** A code that says more things than this is told in general, or left to speak for itself. */
const SAYINGS = 3;

const general: Readonly<Record<string, Text>> = {
  missing_value: { zh: "缺少必填的值", en: "A value that has to be there is missing" },
  invalid_number: { zh: "数字无法识别", en: "A number cannot be read" },
  invalid_date: { zh: "日期无法识别", en: "A day or moment cannot be read" },
  wrong_columns: { zh: "列数与标题行不同", en: "More or fewer columns than the header has" },
};

/** What the codes of some batches say, by batch. */
export async function reasonsOf(reader: Reader, batches: readonly string[]): Promise<Map<string, Record<string, Text>>> {
  if (batches.length === 0) return new Map();
  const rows = await reader.all<{ batch: string; code: string; sayings: number; zh: string; en: string }>(sql`
    with saying as ( -- each different reason once
      select distinct batch, code, reason_zh, reason_en from set_aside where batch in (${join(batches.map((batch) => sql`${batch}`))})
    )
    select batch, code, count(*) as sayings, string_agg(reason_zh, '；' order by reason_en) as zh, string_agg(reason_en, '; ' order by reason_en) as en
    from (select *, row_number() over (partition by batch, code order by reason_en) as nth from saying)
    where nth <= ${SAYINGS} + 1
    group by all`);
  const said = new Map<string, Record<string, Text>>();
  for (const { batch, code, sayings, zh, en } of rows) {
    const told = sayings <= SAYINGS ? { zh, en } : general[code];
    if (told !== undefined) said.set(batch, { ...said.get(batch), [code]: told });
  }
  return said;
}

/** How many there are. */
export async function countSetAside(reader: Reader, batch: string, code?: string): Promise<number> {
  const only = code === undefined ? sql`` : sql`and code = ${code}`;
  return (await reader.first<{ n: number }>(sql`select count(*) as n from set_aside where batch = ${batch} ${only}`))?.n ?? 0;
}
