import { existsSync, statSync } from "node:fs";
import { join, name, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Verdict } from "./judge.js";
import { literal, type Staged } from "./stage.js";

const KEPT_CONTENT = 4_000;
const KEPT_VALUE = 200;
/** Reasons that are about the value of one cell, which is kept beside them. */
const quoting = new Set(["invalid_number", "invalid_date", "invalid_boolean", "invalid_kind", "other_currency"]);

/** A cell as CSV writes it, so that columns can be told apart. */
const quoted = (cell: Sql): Sql => sql`case when regexp_matches(${cell}, '[",\r\n]') then '"' || replace(${cell}, '"', '""') || '"' else ${cell} end`;

const hasRows = (path: string): boolean => existsSync(path) && statSync(path).size > 0;

/** Keep the rows of a file that could not be read, and those judged against, with line, column, reason and content. */
export async function keepAside(session: Session, batch: string, staged: Staged, verdicts: readonly Verdict[]): Promise<void> {
  if (staged.text !== undefined && hasRows(staged.text.broken)) {
    await session.run(sql`
      insert into set_aside
      select ${batch}, ${staged.file}, line, null, code, reason.zh, reason.en, content, null
      from read_json(${literal(staged.text.broken)}, format = 'newline_delimited', maximum_object_size = 16777216,
        columns = {line: 'BIGINT', code: 'VARCHAR', reason: 'STRUCT(zh VARCHAR, en VARCHAR)', content: 'VARCHAR'})`);
  }
  if (verdicts.length === 0) return;
  const meanings = verdicts.map(({ code, column, reason }, i) => sql`(${raw(String(i))}::smallint, ${column}::varchar, ${code}, ${reason.zh}, ${reason.en})`);
  const cells = staged.columns.map((_, i) => quoted(sql`coalesce(r.${name(`c${i}`)}::varchar, '')`));
  const values = verdicts.flatMap(({ code, column }, i) => {
    const at = column === null || !quoting.has(code) ? -1 : staged.columns.indexOf(column);
    return at < 0 ? [] : [sql`when ${raw(String(i))} then left(r.${name(`c${at}`)}::varchar, ${raw(String(KEPT_VALUE))})`];
  });
  const value = values.length === 0 ? raw("null") : sql`case verdict ${join(values, " ")} end`;
  await session.run(sql`
    insert into set_aside
    with meaning as (
      select * from (values ${join(meanings)}) as m(verdict, spot, code, zh, en)
    ),
    against as ( -- the rows with their place in the file
      select row_no, verdict, ${lineOf(staged)}
    )
    select ${batch}, ${staged.file}, line, spot, code, zh, en, left(concat_ws(',', ${join(cells)}), ${raw(String(KEPT_CONTENT))}), ${value}
    from against join meaning using (verdict) join ${staged.relation} r using (row_no)`);
}

/** A row's physical line: rows before it that took more lines than one are known as jumps. */
function lineOf({ text }: Staged): Sql {
  const judged = sql`(select row_no, verdict from judged where verdict is not null)`;
  if (text === undefined || !hasRows(text.jumps)) return sql`row_no + 1 as line from ${judged} j`;
  return sql`jump.line + row_no - jump.first_row as line from ${judged} j
    asof join read_csv(${literal(text.jumps)}, auto_detect = false, header = false, columns = {'first_row': 'BIGINT', 'line': 'BIGINT'}) jump on j.row_no >= jump.first_row`;
}

/** How many rows of a batch were set aside for which reason. */
export async function countAside(session: Session, batch: string): Promise<Record<string, number>> {
  const rows = await session.all<{ code: string; n: number }>(sql`select code, count(*) as n from set_aside where batch = ${batch} group by 1 order by 1`);
  return Object.fromEntries(rows.map((row) => [row.code, row.n]));
}
