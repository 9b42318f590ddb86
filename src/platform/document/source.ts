import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { unkeptIn, withoutUnkept } from "../characters.js";
import { problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";
import { sayYamlFault } from "./faults.js";

export type Path = readonly (string | number)[];

/** A YAML text with the line of everything in it. */
export interface Source {
  /** Whose document it is: the first part of every problem's code. */
  area: string;
  text: string;
  value: unknown;
  problems: Problem[];
  /** A problem at a path of the document; `key` points at the name rather than at what it holds. */
  at(path: Path, code: string, message: Text, hint?: Text): Problem;
  /** The line (from 1) in which a character of the text stands. */
  lineOf(offset: number): number;
  /** Where a line begins. */
  startOf(line: number): number;
}

const pathText = (path: Path): string => path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");

const DEEPEST = 100;

/** Where brackets, list marks or indentation go deeper than any document does: the parser goes as deep as the text. */
function tooDeep(text: string): number | undefined {
  // what stands in quotes opens nothing
  const bare = text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, (words) => " ".repeat(words.length));
  let depth = 0;
  for (let i = 0; i < bare.length; i++) {
    const letter = bare[i];
    if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return i;
  }
  const marks = /^[ \t]{200,}\S|^[ \t]*(?:[-?:][ \t]+){100,}/m.exec(text);
  return marks?.index;
}

const lineIn = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

const deepProblem = (area: string, file: string, line: number): Problem =>
  problem(
    `${area}.yaml`,
    { zh: "嵌套过深", en: "nested too deep" },
    { place: { file, line }, hint: { zh: `至多 ${DEEPEST} 层`, en: `at most ${DEEPEST} levels` } },
  );

/** Read YAML without losing where things stand; `file` names it in problems, `area` begins their codes. */
export function readSource(text: string, file: string, area: string): Source {
  const lines = new LineCounter();
  const deep = tooDeep(text);
  const document = parseDocument(deep === undefined ? text : "", { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const lineOfNode = (node: Node | null | undefined): number | undefined => (node?.range ? lineOf(node.range[0]) : undefined);

  /** The line of a path, or of the nearest thing above that exists. */
  const lineAt = (path: Path): number => {
    let line = 1;
    let node: unknown = document.contents;
    for (const step of path) {
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
        if (pair === undefined) return line;
        line = lineOfNode(pair.key as Node) ?? line;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        line = lineOfNode(node as Node) ?? line;
      } else {
        return line;
      }
    }
    return line;
  };

  const problems = deep === undefined ? [] : [deepProblem(area, file, lineIn(text, deep))];
  problems.push(
    ...document.errors.map((error) =>
      problem(`${area}.yaml`, sayYamlFault(error), {
        place: { file, line: lineOf(error.pos[0]) },
        hint: { zh: "检查缩进、冒号和引号。", en: "Check indentation, colons and quotes." },
      }),
    ),
  );
  const at: Source["at"] = (path, code, message, hint) =>
    problem(code, message, { place: { file, line: lineAt(path), path: withoutUnkept(pathText(path)) }, ...(hint === undefined ? {} : { hint }) });
  const read = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 0 });
    } catch (error) {
      problems.push(problem(`${area}.yaml`, { zh: "不能使用 YAML 引用（&、*）", en: "aliases of YAML (& and *) are not taken" }, { place: { file, line: 1 } }));
      return undefined;
    }
  };
  const value = problems.length === 0 ? read() : undefined;
  // an escape writes them as well as the character itself
  problems.push(
    ...unkeptIn(value).map((path) =>
      at(path, `${area}.yaml`, {
        zh: "含有无法保存的字符（NUL 或不成对的代理码）",
        en: "there is a character that cannot be kept (NUL, or half of a surrogate pair)",
      }),
    ),
  );
  return { area, text, value: problems.length === 0 ? value : undefined, problems, at, lineOf, startOf: (line) => lines.lineStarts[line - 1] ?? 0 };
}
