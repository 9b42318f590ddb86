import { isMap, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import { unkeptIn, withoutUnkept } from "../characters.js";
import { problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";
import { readYaml } from "./yaml.js";

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

/** Read YAML without losing where things stand; `file` names it in problems, `area` begins their codes. */
export function readSource(text: string, file: string, area: string): Source {
  const { document, lines, faults, value } = readYaml(text);
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

  const problems = faults.map(({ message, hint, offset }) => problem(`${area}.yaml`, message, { place: { file, line: lineOf(offset) }, hint }));
  const at: Source["at"] = (path, code, message, hint) =>
    problem(code, message, { place: { file, line: lineAt(path), path: withoutUnkept(pathText(path)) }, ...(hint === undefined ? {} : { hint }) });
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
