import { type Expression, ExpressionError, namesIn, nearest, parseExpression } from "../platform/expression/index.js";
import { problem } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { checkOver } from "./compile.js";
import type { ParsedMapping, Path } from "./mapping.js";
import type { FileMapping } from "./schema.js";

/** A part of a mapping with its expressions read, over columns that are known to be there. */
export interface Plan {
  rules: Expression[];
  facts: { when: Expression | undefined; map: Map<string, Expression>; key: string[] | undefined }[];
  lookups: Map<string, { by: string; key: string; where: Expression | undefined }>;
  /** Every file column and `lookup.column` the part speaks of. */
  used: Set<string>;
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
  shown: string,
  columns: readonly string[],
  lookups: ReadonlyMap<string, { file: string; columns: readonly string[] }>,
  problems: Problem[],
): Plan {
  const plan: Plan = { rules: [], facts: [], lookups: new Map(), used: new Set() };
  const known = new Set(columns);
  const fault = (path: Path, code: string, zh: string, en: string, hint?: { zh: string; en: string }): void => {
    problems.push(problem(code, { zh, en }, { place: parsed.at(path), ...(hint === undefined ? {} : { hint }) }));
  };
  const unknownColumn = (path: Path, name: string, where: string, names: readonly string[]): void => {
    const meant = nearest(name, names);
    const shownNames = names.slice(0, 30).join(", ");
    fault(
      path,
      "mapping.unknown_file_column",
      `${where} 中没有名为 ${name} 的列`,
      `${where} has no column ${name}`,
      meant === undefined
        ? { zh: `文件中的列：${shownNames}`, en: `its columns are: ${shownNames}` }
        : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` },
    );
  };
  const expression = (path: Path, text: string | number, names: ReadonlySet<string>, where: string, kind?: "boolean"): Expression => {
    try {
      const e = read(text, names);
      const missing = namesIn(e).filter((name) => !names.has(name));
      for (const name of missing) unknownColumn(path, name, where, [...names]);
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
    if (!known.has(lookup.by)) unknownColumn([...path, "by"], lookup.by, shown, [...known]);
    plan.used.add(lookup.by);
    if (found === undefined) continue;
    if (!found.columns.includes(lookup.key)) unknownColumn([...path, "key"], lookup.key, found.file, found.columns);
    const before = new Set(plan.used);
    const where = lookup.where === undefined ? undefined : expression([...path, "where"], lookup.where, new Set(found.columns), found.file, "boolean");
    plan.used = before; // the looked-up file's own columns
    plan.lookups.set(name, { by: lookup.by, key: lookup.key, where });
    for (const column of found.columns) known.add(`${name}.${column}`);
  }
  for (const [i, rule] of file.set_aside.entries()) plan.rules.push(expression([...base, "set_aside", i, "when"], rule.when, known, shown, "boolean"));
  file.facts.forEach((fact, i) => {
    const path = [...base, "facts", i];
    const when = fact.when === undefined ? undefined : expression([...path, "when"], fact.when, known, shown, "boolean");
    const map = new Map(Object.entries(fact.map).map(([column, text]) => [column, expression([...path, "map", column], text, known, shown)]));
    for (const [k, column] of (fact.key ?? []).entries()) {
      if (!known.has(column)) unknownColumn([...path, "key", k], column, shown, [...known]);
      plan.used.add(column);
    }
    plan.facts.push({ when, map, key: fact.key });
  });
  return plan;
}
