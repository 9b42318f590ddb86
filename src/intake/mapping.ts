import { type Document, isMap, isScalar, type LineCounter } from "yaml";
import type { z } from "zod";
import { columnsOf, Fact } from "../customer/schema.js";
import { unkeptIn } from "../platform/characters.js";
import { readYaml } from "../platform/document/index.js";
import { nearest } from "../platform/expression/index.js";
import { sayIssue } from "../platform/issue.js";
import { ProblemError, problem } from "../platform/problem.js";
import type { Place, Problem, Text } from "../platform/schema.js";
import { FactMapping, FileMapping, Format, LookUp, Mapping, SetAsideRule } from "./schema.js";

export type Path = readonly (string | number)[];

/** A mapping with the means to point into its text. */
export interface ParsedMapping {
  /** How people know it: a preset's name or a file. */
  name: string;
  text: string;
  mapping: Mapping;
  /** Mistakes that do not keep it from being read on: said together with those found in the files. */
  problems: Problem[];
  at(path: Path): Place;
}

const didYouMean = (word: string, names: Iterable<string>): Text => {
  const known = [...names];
  const meant = nearest(word, known);
  return meant === undefined
    ? { zh: `可用：${known.join("、")}`, en: `there are: ${known.join(", ")}` }
    : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` };
};

/** The text as a document, or why it is none. Text made to exhaust the reader is a mistake like any other. */
function readDocument(text: string, name: string): { document: Document; lines: LineCounter; content: unknown } {
  const { document, lines, faults, value } = readYaml(text);
  const told = (message: Text, offset: number, hint?: Text): Problem =>
    problem("mapping.not_yaml", message, { place: { file: name, line: Math.max(1, lines.linePos(offset).line) }, ...(hint === undefined ? {} : { hint }) });
  if (faults.length > 0) throw new ProblemError(faults.map(({ message, hint, offset }) => told(message, offset, hint)));
  if (unkeptIn(value).length > 0)
    throw new ProblemError([
      told({ zh: "不是正确的 YAML：含有 NUL 或不成对的代理码", en: "not correct YAML: it holds a NUL character or half of a surrogate pair" }, 0),
    ]);
  return { document, lines, content: value };
}

/** Read a mapping file's text. Throws every mistake of its form at once, each with its line, or where `placed` says when there is no file. */
export function parseMapping(text: string, name: string, placed?: (path: Path) => Place): ParsedMapping {
  const { document, lines, content } = readDocument(text, name);
  const lineOf = (path: Path): number => {
    for (let length = path.length; length >= 0; length--) {
      const found = rangeOf(document.contents, path.slice(0, length));
      if (found !== undefined) return lines.linePos(found).line;
    }
    return 1;
  };
  const at = placed ?? ((path: Path): Place => ({ file: name, line: lineOf(path), path: path.join(".") }));
  const problems = unknownKeys(content, at);
  const parsed = Mapping.safeParse(content);
  if (!parsed.success) {
    const ofForm = parsed.error.issues.map((issue) => ofIssue(issue, at));
    throw new ProblemError([...problems, ...ofForm, ...mistakesIn(content, at)]);
  }
  return { name, text, mapping: parsed.data, at, problems: [...problems, ...mistakesIn(content, at)] };
}

/** Where the key or item a path leads to starts in the text. */
function rangeOf(contents: unknown, path: Path): number | undefined {
  let node: unknown = contents;
  let start: number | undefined = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return undefined;
      start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      node = pair.value;
    } else {
      const item: unknown = typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items) ? node.items[Number(step)] : undefined;
      if (item === undefined) return undefined;
      start = (item as { range?: [number, number, number] }).range?.[0];
      node = item;
    }
  }
  return start;
}

const word = {
  mapping: { zh: "映射", en: "a mapping" },
  file: { zh: "文件部分", en: "a part" },
  format: { zh: "文件格式", en: "format" },
  lookup: { zh: "查找", en: "a look-up" },
  rule: { zh: "搁置规则", en: "a rule" },
  fact: { zh: "事实", en: "a fact" },
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** A key nobody reads is a mistake somebody made: all of them, at every level. */
function unknownKeys(content: unknown, at: (path: Path) => Place): Problem[] {
  const problems: Problem[] = [];
  const look = (value: unknown, schema: z.ZodObject, what: Text, path: Path): value is Record<string, unknown> => {
    if (!isObject(value)) return false;
    for (const key of Object.keys(value)) {
      if (key in schema.shape) continue;
      problems.push(
        problem(
          "mapping.unknown_key",
          { zh: `${what.zh}中没有“${key}”这一项`, en: `${what.en} has no ${key}` },
          { place: at([...path, key]), hint: didYouMean(key, Object.keys(schema.shape)) },
        ),
      );
    }
    return true;
  };
  const each = (value: unknown, path: Path, visit: (item: unknown, path: Path) => void): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, i]);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  if (!look(content, Mapping, word.mapping, [])) return problems;
  each(content["files"], ["files"], (part, path) => {
    if (!look(part, FileMapping, word.file, path)) return;
    look(part["format"], Format, word.format, [...path, "format"]);
    each(part["lookups"], [...path, "lookups"], (lookup, inside) => {
      if (look(lookup, LookUp, word.lookup, inside)) look(lookup["format"], Format, word.format, [...inside, "format"]);
    });
    each(part["set_aside"], [...path, "set_aside"], (rule, inside) => void look(rule, SetAsideRule, word.rule, inside));
    each(part["facts"], [...path, "facts"], (fact, inside) => void look(fact, FactMapping, word.fact, inside));
  });
  return problems;
}

function ofIssue(issue: z.core.$ZodIssue, at: (path: Path) => Place): Problem {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const place = at(path);
  const where = path.join(".");
  const told = { zh: where === "" ? "映射" : ` ${where} `, en: where === "" ? "the mapping" : where };
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) {
    return problem("mapping.missing_key", { zh: `缺少${told.zh}`.trim(), en: `${told.en} is missing` }, { place });
  }
  if (issue.code === "invalid_value") {
    const options = issue.values.map(String).join(", ");
    return problem(
      "mapping.invalid",
      { zh: `${told.zh}的写法不对`.trim(), en: `${told.en} is not one of those allowed` },
      { place, hint: { zh: `可选：${options}`, en: `one of: ${options}` } },
    );
  }
  return problem("mapping.invalid", sayIssue({ ...issue }, where === "" ? "mapping" : where), { place });
}

const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What a mapping says wrongly of the canonical facts: known without looking at any file, and wherever the rest has mistakes. */
function mistakesIn(content: unknown, at: (path: Path) => Place): Problem[] {
  const problems: Problem[] = [];
  for (const [part, file] of entriesOf(isObject(content) ? content["files"] : undefined)) {
    if (!isObject(file)) continue;
    itemsOf(file["facts"]).forEach((fact, i) => {
      const as = isObject(fact) ? Fact.safeParse(fact["as"]).data : undefined;
      const map = isObject(fact) ? fact["map"] : undefined;
      if (as === undefined || !isObject(map)) return;
      const path = ["files", part, "facts", i];
      const columns = columnsOf(as);
      const names = columns.map((column) => column.name);
      for (const column of Object.keys(map)) {
        if (names.includes(column)) continue;
        problems.push(
          problem(
            "mapping.unknown_canonical_column",
            { zh: `${as} 没有名为 ${column} 的列`, en: `${as} has no column ${column}` },
            { place: at([...path, "map", column]), hint: didYouMean(column, names) },
          ),
        );
      }
      for (const column of columns) {
        if (!column.required || column.name in map) continue;
        const misspelt = nearest(
          column.name,
          Object.keys(map).filter((given) => !names.includes(given)),
        );
        problems.push(
          problem(
            "mapping.missing_column",
            { zh: `${as} 必须有 ${column.name}（${column.meta.label.zh}）`, en: `${as} needs ${column.name} (${column.meta.label.en})` },
            {
              place: at([...path, "map"]),
              hint:
                misspelt === undefined
                  ? { zh: `在 map 中加上 ${column.name}: 列名`, en: `add ${column.name}: <column> to map` }
                  : { zh: `是否把 ${column.name} 写成了 ${misspelt}？`, en: `is ${misspelt} meant to be ${column.name}?` },
            },
          ),
        );
      }
    });
    const repeated = itemsOf(isObject(file["format"]) ? file["format"]["columns"] : undefined).filter((column, i, all) => all.indexOf(column) !== i);
    for (const column of new Set(repeated))
      problems.push(
        problem(
          "mapping.column_twice",
          { zh: `列名 ${String(column)} 重复`, en: `the column ${String(column)} is named twice` },
          { place: at(["files", part, "format", "columns"]) },
        ),
      );
  }
  return problems;
}
