import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";

export type Path = readonly (string | number)[];

/** A YAML text with the line of everything in it. */
export interface Source {
  /** Whose document it is: the first part of every problem's code. */
  area: string;
  value: unknown;
  problems: Problem[];
  /** A problem at a path of the document; `key` points at the name rather than at what it holds. */
  at(path: Path, code: string, message: Text, hint?: Text): Problem;
}

const pathText = (path: Path): string => path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");

/** Read YAML without losing where things stand; `file` names it in problems, `area` begins their codes. */
export function readSource(text: string, file: string, area: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (node: Node | null | undefined): number | undefined => (node?.range ? lines.linePos(node.range[0]).line : undefined);

  /** The line of a path, or of the nearest thing above that exists. */
  const lineAt = (path: Path): number => {
    let line = 1;
    let node: unknown = document.contents;
    for (const step of path) {
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
        if (pair === undefined) return line;
        line = lineOf(pair.key as Node) ?? line;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        line = lineOf(node as Node) ?? line;
      } else {
        return line;
      }
    }
    return line;
  };

  const problems = document.errors.map((error) =>
    problem(
      `${area}.yaml`,
      { zh: `不是正确的 YAML：${error.message}`, en: `not correct YAML: ${error.message}` },
      { place: { file, line: lines.linePos(error.pos[0]).line }, hint: { zh: "检查缩进、冒号和引号。", en: "Check indentation, colons and quotes." } },
    ),
  );
  if (text.includes("\0")) {
    const line = text.slice(0, text.indexOf("\0")).split("\n").length;
    problems.push(problem(`${area}.yaml`, { zh: "文本中有空字符（NUL）", en: "the text has a NUL character in it" }, { place: { file, line } }));
  }
  const value = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 50 });
    } catch (error) {
      problems.push(
        problem(`${area}.yaml`, { zh: "YAML 引用过多", en: error instanceof Error ? error.message : "too many aliases" }, { place: { file, line: 1 } }),
      );
      return undefined;
    }
  };
  return {
    area,
    value: problems.length === 0 ? value() : undefined,
    problems,
    at: (path, code, message, hint) =>
      problem(code, message, { place: { file, line: lineAt(path), path: pathText(path) }, ...(hint === undefined ? {} : { hint }) }),
  };
}
