import { type Expression, ExpressionError, namesIn, nearest, parseExpression } from "../platform/expression/index.js";
import { problem } from "../platform/problem.js";
import type { Problem, Text } from "../platform/schema.js";
import { checkOver } from "./compile.js";
import type { ParsedMapping, Path } from "./mapping.js";
import type { FileMapping } from "./schema.js";

const SHOWN_NAMES = 30;

/** A part of a mapping with its expressions read, over columns that are known to be there. */
export interface Plan {
  rules: Expression[];
  facts: { when: Expression | undefined; map: Map<string, Expression>; key: string[] | undefined }[];
  lookups: Map<string, { by: string; key: string; where: Expression | undefined }>;
  /** Every file column and `lookup.column` the part speaks of. */
  used: Set<string>;
}

/** A file's columns; `headed` when its first row names them, which may be a row of data after all. */
export interface Columns {
  file: string;
  columns: readonly string[];
  headed: boolean;
}

/** A column's own name, however odd, else an expression. */
function read(text: string | number, columns: ReadonlySet<string>): Expression {
  if (typeof text === "number") return { type: "literal", value: text };
  return columns.has(text) ? { type: "name", name: text } : parseExpression(text);
}

/** Read a part over the columns of its files; every mistake goes to `problems` with its line in the mapping. */
export function planPart(
  parsed: ParsedMapping,
  part: string,
  file: FileMapping,
  own: Columns,
  lookups: ReadonlyMap<string, Columns>,
  problems: Problem[],
): Plan {
  const { columns } = own;
  const plan: Plan = { rules: [], facts: [], lookups: new Map(), used: new Set() };
  const known = new Set(columns);
  const fault = (path: Path, code: string, zh: string, en: string, hint?: { zh: string; en: string }): void => {
    problems.push(problem(code, { zh, en }, { place: parsed.at(path), ...(hint === undefined ? {} : { hint }) }));
  };
  const unknown: { found: Problem; name: string; of: Columns; prefix: string }[] = [];
  const unknownColumn = (path: Path, name: string, of: Columns, prefix = ""): void => {
    fault(path, "mapping.unknown_file_column", `${of.file} 中没有名为 ${name} 的列`, `${of.file} has no column ${name}`);
    const found = problems.at(-1);
    if (found !== undefined) unknown.push({ found, name, of, prefix });
  };
  /** A name of the file or of one that is looked up in it. */
  const unknownName = (path: Path, name: string): void => {
    const lookup = [...lookups].find(([one]) => name.startsWith(`${one}.`));
    if (lookup === undefined) unknownColumn(path, name, own);
    else unknownColumn(path, name, lookup[1], `${lookup[0]}.`);
  };
  const expression = (
    path: Path,
    text: string | number,
    names: ReadonlySet<string>,
    unknownIn: (path: Path, name: string) => void,
    kind?: "boolean",
  ): Expression => {
    try {
      const e = read(text, names);
      const missing = namesIn(e).filter((name) => !names.has(name));
      for (const name of missing) unknownIn(path, name);
      const checked = checkOver(e, [...names, ...missing]);
      for (const { message, hint } of checked.problems) fault(path, "mapping.bad_expression", message.zh, message.en, hint);
      if (kind !== undefined && checked.problems.length === 0 && checked.kind !== undefined && checked.kind !== kind)
        fault(path, "mapping.bad_expression", "条件应得出是或否", "a condition has to be true or false");
      for (const name of namesIn(e)) plan.used.add(name);
      return e;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      fault(path, "mapping.bad_expression", `${error.text.zh}：${String(text)}`, `${error.text.en}: ${String(text)}`);
      return { type: "literal", value: null };
    }
  };
  const base: Path = ["files", part];
  for (const [name, lookup] of Object.entries(file.lookups)) {
    const path = [...base, "lookups", name];
    const found = lookups.get(name);
    if (!known.has(lookup.by)) unknownName([...path, "by"], lookup.by);
    plan.used.add(lookup.by);
    if (found === undefined) continue;
    if (!found.columns.includes(lookup.key)) unknownColumn([...path, "key"], lookup.key, found);
    const before = new Set(plan.used);
    const inFound = (at: Path, column: string): void => unknownColumn(at, column, found);
    const where = lookup.where === undefined ? undefined : expression([...path, "where"], lookup.where, new Set(found.columns), inFound, "boolean");
    plan.used = before; // the looked-up file's own columns
    plan.lookups.set(name, { by: lookup.by, key: lookup.key, where });
    for (const column of found.columns) known.add(`${name}.${column}`);
  }
  for (const [i, rule] of file.set_aside.entries()) plan.rules.push(expression([...base, "set_aside", i, "when"], rule.when, known, unknownName, "boolean"));
  file.facts.forEach((fact, i) => {
    const path = [...base, "facts", i];
    const when = fact.when === undefined ? undefined : expression([...path, "when"], fact.when, known, unknownName, "boolean");
    const map = new Map(Object.entries(fact.map).map(([column, text]) => [column, expression([...path, "map", column], text, known, unknownName)]));
    for (const [k, column] of (fact.key ?? []).entries()) {
      if (!known.has(column)) unknownName([...path, "key", k], column);
      plan.used.add(column);
    }
    plan.facts.push({ when, map, key: fact.key });
  });
  // A first row in which no wanted name stands is likely data: none of it is told.
  const isHeader = (of: Columns): boolean => {
    if (!of.headed) return true;
    if (of === own && columns.some((column) => plan.used.has(column))) return true;
    return [...lookups].some(
      ([name, found]) =>
        found === of && (of.columns.includes(file.lookups[name]?.key ?? "") || of.columns.some((column) => plan.used.has(`${name}.${column}`))),
    );
  };
  for (const { found, name, of, prefix } of unknown)
    found.hint = isHeader(of)
      ? nameHint(
          name,
          of.columns.map((column) => `${prefix}${column}`),
        )
      : noHeaderHint(of);
  return plan;
}

function nameHint(name: string, names: readonly string[]): Text {
  const meant = nearest(name, names);
  const shownNames = names.slice(0, SHOWN_NAMES).join(", ");
  return meant === undefined
    ? { zh: `文件中的列：${shownNames}`, en: `its columns are: ${shownNames}` }
    : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` };
}

const noHeaderHint = ({ columns }: Columns): Text => ({
  zh: `第一行有 ${columns.length} 列，其中没有映射要用的列名。如果文件没有表头，请写 format: { header: false, columns: [各列名] }。`,
  en: `its first row has ${columns.length} cells and none is a name the mapping uses; for a file without a header say format: { header: false, columns: [their names] }`,
});
