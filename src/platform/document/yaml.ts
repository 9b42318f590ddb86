import { Composer, Document, isScalar, Lexer, LineCounter, Parser, visit, YAMLParseError } from "yaml";
import type { Text } from "../schema.js";
import { sayYamlFault } from "./faults.js";

/** What keeps a text from being read as YAML, and where it stands. */
export interface YamlFault {
  message: Text;
  hint: Text;
  offset: number;
}

export interface Yaml {
  document: Document;
  lines: LineCounter;
  faults: YamlFault[];
  /** Undefined where there are faults. */
  value: unknown;
}

/** More than any document needs: levels, aliases, and values when aliases are written out. */
const DEEPEST = 100;
const MOST_ALIASES = 50;
const MOST_VALUES = 100_000;

const deep = (offset: number): YamlFault => ({
  message: { zh: "嵌套过深", en: "nested too deep" },
  hint: { zh: `至多 ${DEEPEST} 层`, en: `at most ${DEEPEST} levels` },
  offset,
});

const form = { zh: "检查缩进、冒号和引号。", en: "Check indentation, colons and quotes." };
const aliases = {
  zh: `别名（*）引用前面的锚点（&），至多 ${MOST_ALIASES} 个。`,
  en: `An alias (*) stands for an anchor (&) before it; there may be ${MOST_ALIASES}.`,
};

/**
 * The document, or where it goes too deep. The parser keeps what is open on a stack of its own, and is stopped there: what
 * comes after it calls itself for every level, and where the engine's stack ends a regular expression takes the process along.
 */
function composed(text: string, lines: LineCounter): { document: Document; errors: YAMLParseError[] } | { deepAt: number } {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > DEEPEST) return { deepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  // its own look for equal keys compares each with each: minutes, for a long text
  const [document, second] = new Composer({ prettyErrors: false, uniqueKeys: false }).compose(tokens, true, text.length);
  if (document === undefined) throw new Error("every text is a document");
  const errors = [...document.errors, ...equalKeys(document)];
  if (second !== undefined) errors.push(new YAMLParseError([second.range[0], second.range[1]], "MULTIPLE_DOCS", "there may be one document only"));
  return { document, errors };
}

/** Keys that stand in one mapping twice. */
function equalKeys(document: Document): YAMLParseError[] {
  const found: YAMLParseError[] = [];
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const [from = 0, to = from] = key.range ?? [];
        if (keys.has(String(key.value))) found.push(new YAMLParseError([from, to], "DUPLICATE_KEY", "Map keys must be unique"));
        keys.add(String(key.value));
      }
    },
  });
  return found;
}

/** Aliases of nothing, or too many. */
function aliasFaults(document: Document): { used: number; faults: YamlFault[] } {
  const anchors = new Set<string>();
  const faults: YamlFault[] = [];
  let used = 0;
  visit(document, {
    Node: (_, node) => {
      if ("anchor" in node && node.anchor !== undefined) anchors.add(node.anchor);
    },
    Alias: (_, alias) => {
      const offset = alias.range?.[0] ?? 0;
      if (!anchors.has(alias.source))
        faults.push({
          message: { zh: `别名 *${alias.source} 没有对应的锚点`, en: `nothing before it is anchored as &${alias.source}` },
          hint: aliases,
          offset,
        });
      if (++used === MOST_ALIASES + 1) faults.push({ message: { zh: "别名（*）过多", en: "there are too many aliases (*)" }, hint: aliases, offset });
    },
  });
  return { used, faults };
}

/** Is it more than there may be when every alias is written out? A circle is. */
function outgrows(value: unknown): boolean {
  const open: { inner: unknown; depth: number }[] = [{ inner: value, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { inner, depth } = next;
    if (++values > MOST_VALUES || depth > DEEPEST) return true;
    if (typeof inner === "object" && inner !== null) for (const held of Object.values(inner)) open.push({ inner: held, depth: depth + 1 });
  }
  return false;
}

/** Read YAML, whatever it is made to do to its reader. */
export function readYaml(text: string): Yaml {
  const lines = new LineCounter();
  const made = composed(text, lines);
  if ("deepAt" in made) return { document: new Document(), lines, faults: [deep(made.deepAt)], value: undefined };
  const { document, errors } = made;
  const { used, faults } = aliasFaults(document);
  faults.unshift(...errors.map((error) => ({ message: sayYamlFault(error), hint: form, offset: error.pos[0] })));
  if (faults.length > 0) return { document, lines, faults, value: undefined };
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  if (used === 0 || !outgrows(value)) return { document, lines, faults, value };
  const message = { zh: "别名（*）展开后过多，或成环", en: "what aliases (*) stand for is too much, or goes in a circle" };
  return { document, lines, faults: [{ message, hint: aliases, offset: 0 }], value: undefined };
}
