import { columnsOf, type SqlType, SubjectKind } from "../customer/schema.js";
import type { Text } from "../platform/schema.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { convert, exactNumber, identityText, idText, inCalendar, inOtherCurrency, type Reading } from "./cells.js";
import type { Plan } from "./columns.js";
import { compile } from "./compile.js";
import type { FileMapping } from "./schema.js";
import { literal, type Staged } from "./stage.js";

/** Why a row can be set aside; its number stands in the judged rows. */
export interface Verdict {
  code: string;
  column: string | null;
  reason: Text;
  /** The mapping leaves such rows out; otherwise the row itself is at fault, and may stand for a fact all the same. */
  meant?: true;
}

/** The question that turns a staged file into judged rows, and what the verdict numbers mean. */
export interface Judgement {
  query: Sql;
  verdicts: Verdict[];
  /** Verdict of an earlier row whose key comes again. */
  duplicate: number;
}

export interface JudgedFile {
  part: string;
  file: FileMapping;
  plan: Plan;
  staged: Staged;
  lookups: ReadonlyMap<string, Staged>;
  /** The workspace's. */
  currency: string;
}

/** What names one fact of a part in keys and in the `part` column; stays when facts of other kinds are added. */
export function labelOf(part: string, file: FileMapping, fact: number): string {
  const as = file.facts[fact]?.as ?? "";
  const before = file.facts.slice(0, fact).filter((one) => one.as === as).length;
  return before === 0 ? `${part}/${as}` : `${part}/${as}/${before + 1}`;
}

/** The upper 127 bits of an MD5: fits the key column's signed type. */
export const keyOf = (text: Sql): Sql => sql`(md5_number(${text}) >> 1)::hugeint`;
const SEPARATOR = raw("chr(31)");

const invalidCodes = {
  "decimal(18,4)": "invalid_number",
  date: "invalid_date",
  timestamp: "invalid_date",
  varchar: "invalid_text",
  boolean: "invalid_boolean",
} as const;

/** A value of another currency beside others would be added up with them. */
const otherCurrency = (column: string, currency: string): Verdict => ({
  code: "other_currency",
  column,
  reason: { zh: `货币符号不是工作区货币 ${currency} 的`, en: `The sign is of another currency than the workspace's, ${currency}` },
});

/** How a value of a column's type is written. */
function forms(type: SqlType, dates: string | undefined): Text {
  switch (type) {
    case "decimal(18,4)":
      return { zh: "数字写成 1234.50 或 1,234.50", en: "a number is written 1234.50 or 1,234.50" };
    case "date":
    case "timestamp":
      return dates === undefined
        ? { zh: "日期写成 2025-01-31、2025/1/31 或 20250131", en: "a day is written 2025-01-31, 2025/1/31 or 20250131" }
        : { zh: `映射规定日期写成 ${dates}`, en: `the mapping has dates written as ${dates}` };
    case "boolean":
      return { zh: "写成 true 或 false", en: "it is true or false" };
    case "varchar":
      return { zh: `可用：${SubjectKind.options.join("、")}`, en: `it is one of ${SubjectKind.options.join(", ")}` };
  }
}

const reasons = {
  missing: (label: Text, column: string): Text => ({ zh: `缺少${label.zh}（${column}）`, en: `${label.en} is missing (${column})` }),
  invalid: (label: Text, column: string, form: Text): Text => ({
    zh: `${label.zh}无法识别（${column}）：${form.zh}`,
    en: `${label.en} cannot be read (${column}): ${form.en}`,
  }),
};

/**
 * Judge every row of a file: cells as canonical text, then looked-up columns, then each fact's values in the canonical
 * types, then the first thing that speaks against the row. Rules come before faults, in the mapping's order.
 */
export function judge({ part, file, plan, staged, lookups, currency }: JudgedFile): Judgement {
  const verdicts: Verdict[] = [];
  const against: Sql[] = [];
  const say = (holds: Sql, verdict: Verdict): void => {
    against.push(sql`when ${holds} then ${raw(String(verdicts.length))}`);
    verdicts.push(verdict);
  };
  // Names in expressions → columns x0, x1, … of the row.
  const names = [...plan.used];
  const cell = (wanted: string): Sql => name(`x${names.indexOf(wanted)}`);
  const own = names.filter((one) => staged.columns.includes(one));
  const reading = { dates: file.dates, currency };

  const cells = own.map((one) => sql`${staged.cell(staged.columns.indexOf(one))} as ${cell(one)}`);
  let relation = sql`(select row_no${join(
    cells.map((one) => sql`, ${one}`),
    "",
  )} from ${staged.relation})`;
  for (const [lookup, { by, key, where }] of plan.lookups) {
    const found = lookups.get(lookup);
    if (found === undefined) continue;
    const wanted = names.filter((one) => !staged.columns.includes(one) && one.startsWith(`${lookup}.`));
    const fetched = wanted.map((one) => sql`, l.${cell(one)}`);
    relation = sql`(select r.*${join(fetched, "")}, l.found is not null as ${name(`found ${lookup}`)} from ${relation} r left join ${lookedUp(
      found,
      key,
      where,
      wanted.map((one) => ({ column: one.slice(lookup.length + 1), as: cell(one) })),
      reading,
    )} l on l.found = r.${cell(by)})`;
  }

  plan.rules.forEach((_, i) => {
    const declared = file.set_aside[i];
    if (declared !== undefined) say(name(`rule ${i}`), { code: declared.code, column: null, reason: declared.reason, meant: true });
  });
  // A calculation without a result leaves nothing behind that could pass for an unknown value.
  const failing: Sql[] = [];
  const sayFailed = (applies: Sql, value: Sql, failed: Sql | undefined, column: string): void => {
    if (failed === undefined) return;
    const flag = name(`failed ${failing.length}`);
    failing.push(sql`case when ${value} is null then coalesce(${failed}, false) else false end as ${flag}`);
    say(sql`${applies} and ${flag}`, {
      code: "invalid_number",
      column,
      reason: { zh: "算式没有结果：数值过大，或除以零", en: "The calculation has no result: too large a number, or a division by zero" },
    });
  };
  const rules = plan.rules.map((rule, i) => {
    const compiled = compile(rule, cell, reading);
    sayFailed(raw("true"), name(`rule ${i}`), compiled.failed, file.set_aside[i]?.when ?? "");
    return sql`${compiled.sql} as ${name(`rule ${i}`)}`;
  });

  for (const [lookup, declared] of Object.entries(file.lookups)) {
    if (declared.required) {
      const where = lookups.get(lookup)?.file ?? declared.file;
      say(sql`not ${name(`found ${lookup}`)}`, {
        code: `no_${lookup}`,
        column: declared.by,
        reason: { zh: `在 ${where} 中找不到对应的行`, en: `No row of ${where} belongs to it` },
      });
    }
  }

  const given: Sql[] = [];
  const typed: Sql[] = [];
  const dated: Sql[] = [];
  const numbers = new Set<string>();
  plan.facts.forEach((fact, i) => {
    const as = file.facts[i]?.as;
    if (as === undefined) return;
    const when = fact.when === undefined ? undefined : compile(fact.when, cell, reading);
    const applies = name(`${i} when`);
    given.push(sql`${when?.sql ?? raw("true")} as ${name(`${i} given when`)}`);
    typed.push(sql`coalesce(${name(`${i} given when`)}, false) as ${applies}`);
    sayFailed(raw("true"), name(`${i} given when`), when?.failed, file.facts[i]?.when ?? "");
    for (const { name: column, required, meta } of columnsOf(as)) {
      const e = fact.map.get(column);
      if (e === undefined) continue;
      const compiled = compile(e, cell, reading);
      for (const one of compiled.numbers) numbers.add(one);
      const [before, after] = [name(`${i} given ${column}`), name(`${i} ${column}`)];
      const stands = e.type === "name" ? cell(e.name) : before;
      if (e.type !== "name") given.push(sql`${compiled.sql} as ${before}`);
      const value = convert(stands, compiled.kind ?? "text", meta.sql, reading);
      const canonical = column === "customer_id" ? idText(value) : meta.fallback === undefined ? value : sql`coalesce(${value}, ${literal(meta.fallback)})`;
      typed.push(sql`${canonical} as ${after}`, sql`${stands} is not null as ${name(`${i} has ${column}`)}`);
      if (meta.sql === "date" || meta.sql === "timestamp") dated.push(sql`${inCalendar(after)} as ${after}`);
      const spot = e.type === "name" ? e.name : String(file.facts[i]?.map[column] ?? column);
      sayFailed(applies, before, compiled.failed, spot);
      if (required)
        say(sql`${applies} and not ${name(`${i} has ${column}`)}`, { code: "missing_value", column: spot, reason: reasons.missing(meta.label, column) });
      if (meta.sql === "decimal(18,4)" && compiled.kind !== "number") {
        const text = name(`${i} text ${column}`);
        typed.push(sql`(${stands})::varchar as ${text}`);
        const unread = sql`${name(`${i} has ${column}`)} and ${after} is null`;
        say(sql`${applies} and case when ${unread} then ${inOtherCurrency(text, currency)} else false end`, otherCurrency(spot, currency));
      }
      if (meta.sql !== "varchar")
        say(sql`${applies} and ${name(`${i} has ${column}`)} and ${after} is null`, {
          code: invalidCodes[meta.sql],
          column: spot,
          reason: reasons.invalid(meta.label, column, forms(meta.sql, file.dates)),
        });
      if (as === "customer" && column === "kind")
        say(sql`${applies} and ${after} not in (${join(SubjectKind.options.map(literal))})`, {
          code: "invalid_kind",
          column: spot,
          reason: reasons.invalid(meta.label, column, forms("varchar", undefined)),
        });
    }
    if (fact.key !== undefined) {
      const all = fact.key.map((_, k) => name(`${i} key ${k}`));
      say(
        sql`${applies} and ${join(
          all.map((one) => sql`${one} is null`),
          " and ",
        )}`,
        { code: "missing_value", column: fact.key.join(", "), reason: { zh: "缺少标识", en: "The key is missing" } },
      );
    }
  });
  // A cell that stands where a number is meant and is none: said of the file's own column.
  const faults = [...numbers].map((column, i) => {
    const flag = name(`not number ${i}`);
    const form = forms("decimal(18,4)", undefined);
    failing.push(sql`case when ${flag} then ${inOtherCurrency(cell(column), currency)} else false end as ${name(`other money ${i}`)}`);
    say(name(`other money ${i}`), otherCurrency(column, currency));
    say(flag, { code: "invalid_number", column, reason: { zh: `数字无法识别：${form.zh}`, en: `The number cannot be read: ${form.en}` } });
    return sql`${cell(column)} is not null and ${exactNumber(cell(column), currency)} is null as ${flag}`;
  });
  const noFact = join(
    plan.facts.map((_, i) => sql`not ${name(`${i} when`)}`),
    " and ",
  );
  if (plan.facts.every((fact) => fact.when !== undefined))
    say(noFact, { code: "no_fact", column: null, reason: { zh: "映射没有为此类行定义事实", en: "The mapping makes no fact of such a row" }, meant: true });
  const duplicate = verdicts.length;
  verdicts.push({
    code: "duplicate_key",
    column: null,
    reason: { zh: "同一文件中后面还有相同标识的行，以后者为准", en: "A later row of the same file has the same key; the later one counts" },
    meant: true,
  });

  const founds = [...plan.lookups.keys()].map((lookup) => name(`found ${lookup}`));
  const keys = plan.facts.flatMap((fact, i) =>
    (fact.key === undefined ? [] : fact.key.map((column) => cell(column))).map((one, k) => sql`${one} as ${name(`${i} key ${k}`)}`),
  );
  const flags = [...plan.rules.map((_, i) => name(`rule ${i}`)), ...founds, ...[...numbers].map((_, i) => name(`not number ${i}`))];
  const hashes = plan.facts.map((_, i) => sql`${hashOf(part, file, plan, i)} as ${name(`${i} hash`)}`);
  const kept = plan.facts.flatMap((fact, i) => [
    name(`${i} when`),
    sql`${isKeyed(fact.key, i)} as ${name(`${i} keyed`)}`,
    ...columnsOf(file.facts[i]?.as ?? "customer")
      .filter(({ name: column }) => fact.map.has(column))
      .map(({ name: column }) => name(`${i} ${column}`)),
  ]);
  const verdict = against.length === 0 ? raw("null") : sql`case ${join(against, " ")} end`;
  const query = sql`
    with given as ( -- rules and raw values
      select *${join(
        [...rules, ...faults, ...given].map((one) => sql`, ${one}`),
        "",
      )} from ${relation}
    ),
    typed as ( -- values in the canonical types
      select row_no${join(
        [...flags, ...keys, ...typed, ...failing].map((one) => sql`, ${one}`),
        "",
      )} from given
    ),
    dated as ( -- of the moments, those there are: asked of the values, so that each is read once
      select *${dated.length === 0 ? raw("") : sql` replace (${join(dated)})`} from typed
    )
    select row_no, (${verdict})::smallint as verdict, ${join([...kept, ...hashes])} from dated`;
  return { query, verdicts, duplicate };
}

/** Is it known which fact a row speaks of, even when the row is otherwise bad? */
const isKeyed = (key: readonly string[] | undefined, i: number): Sql =>
  key === undefined
    ? raw("false")
    : join(
        key.map((_, k) => sql`${name(`${i} key ${k}`)} is not null`),
        " and ",
      );

/** A fact's identity: its key cells, or all of its canonical values; unknown ones are left out so that new columns change nothing. */
function hashOf(part: string, file: FileMapping, plan: Plan, i: number): Sql {
  const fact = plan.facts[i];
  const label = literal(labelOf(part, file, i));
  const texts =
    fact?.key !== undefined
      ? fact.key.map((_, k) => identityText(name(`${i} key ${k}`)))
      : columnsOf(file.facts[i]?.as ?? "customer")
          .filter(({ name: column }) => fact?.map.has(column))
          .map(({ name: column }) => sql`${literal(`${column}=`)} || (${name(`${i} ${column}`)})::varchar`);
  return keyOf(sql`concat_ws(${SEPARATOR}, ${label}, ${join(texts)})`);
}

/** The rows of a looked-up file by their key. */
function lookedUp(found: Staged, key: string, where: Plan["rules"][number] | undefined, wanted: { column: string; as: Sql }[], reading: Reading): Sql {
  const cells = wanted.map(({ column, as }) => sql`, ${found.cell(found.columns.indexOf(column))} as ${as}`);
  return sql`(select ${found.cell(found.columns.indexOf(key))} as found${join(cells, "")} from ${keptRows(found, where, reading)})`;
}

/** Rows of a looked-up file that its `where` keeps. */
export function keptRows(found: Staged, where: Plan["rules"][number] | undefined, reading: Reading): Sql {
  if (where === undefined) return found.relation;
  const column = (one: string): Sql => found.cell(found.columns.indexOf(one));
  return sql`(select * from ${found.relation} where ${compile(where, column, reading).sql})`;
}

/** How many keys stand more than once in a looked-up file: it would be unclear which row is meant. */
export function repeatedKeys(found: Staged, key: string, where: Plan["rules"][number] | undefined, reading: Reading): Sql {
  const cell = found.cell(found.columns.indexOf(key));
  return sql`select count(*) as n from (select 1 from ${keptRows(found, where, reading)} where ${cell} is not null group by ${cell} having count(*) > 1)`;
}
