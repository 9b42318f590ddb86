import type { Text } from "../schema.js";

/** What a value is. Money is a number; a moment is a date. */
export type Kind = "number" | "text" | "date" | "boolean";

/** A value of the language; null is unknown. Dates travel as ISO text. */
export type Value = number | string | boolean | null;

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/";

/** A parsed expression: a closed union, so that every step over it is checked to be complete. */
export type Expression =
  | { type: "literal"; value: Value }
  | { type: "name"; name: string }
  | { type: "negative"; of: Expression }
  | { type: "not"; of: Expression }
  | { type: "logic"; op: "and" | "or"; of: Expression[] }
  | { type: "compare"; op: Comparison; left: Expression; right: Expression }
  | { type: "arithmetic"; op: Arithmetic; left: Expression; right: Expression }
  | { type: "in"; negated: boolean; of: Expression; list: Expression[] }
  | { type: "null_test"; negated: boolean; of: Expression }
  | { type: "call"; name: string; given: Expression[] };

/** The text is not an expression; `at` is the 0-based character where that shows. */
export class ExpressionError extends Error {
  readonly text: Text;
  readonly at: number;
  constructor(text: Text, at: number) {
    super(text.en);
    this.name = "ExpressionError";
    this.text = text;
    this.at = at;
  }
}

/** The direct parts of an expression. */
export function partsOf(e: Expression): Expression[] {
  switch (e.type) {
    case "literal":
    case "name":
      return [];
    case "negative":
    case "not":
    case "null_test":
      return [e.of];
    case "logic":
      return e.of;
    case "compare":
    case "arithmetic":
      return [e.left, e.right];
    case "in":
      return [e.of, ...e.list];
    case "call":
      return e.given;
  }
}

/** Every name an expression speaks of, once each, in order of appearance. */
export function namesIn(e: Expression): string[] {
  const found = new Set<string>();
  const look = (one: Expression): void => {
    if (one.type === "name") found.add(one.name);
    partsOf(one).forEach(look);
  };
  look(e);
  return [...found];
}

/** The same expression with parts replaced from the top; `change` answers undefined to keep a part and look inside it. */
export function rewrite(e: Expression, change: (e: Expression) => Expression | undefined): Expression {
  const changed = change(e);
  if (changed !== undefined) return changed;
  const into = (part: Expression): Expression => rewrite(part, change);
  switch (e.type) {
    case "literal":
    case "name":
      return e;
    case "negative":
    case "not":
    case "null_test":
      return { ...e, of: into(e.of) };
    case "logic":
      return { ...e, of: e.of.map(into) };
    case "compare":
    case "arithmetic":
      return { ...e, left: into(e.left), right: into(e.right) };
    case "in":
      return { ...e, of: into(e.of), list: e.list.map(into) };
    case "call":
      return { ...e, given: e.given.map(into) };
  }
}

const plainName = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*(\.[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)*$/;

function printValue(value: Value): string {
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}

/** An expression as text again, as a person would write it. */
export function print(e: Expression): string {
  const inner = (part: Expression): string =>
    ["logic", "compare", "arithmetic", "in", "null_test", "not"].includes(part.type) ? `(${print(part)})` : print(part);
  switch (e.type) {
    case "literal":
      return printValue(e.value);
    case "name":
      return plainName.test(e.name) ? e.name : `\`${e.name}\``;
    case "negative":
      return `-${inner(e.of)}`;
    case "not":
      return `not ${inner(e.of)}`;
    case "logic":
      return e.of.map((part) => (part.type === "logic" ? `(${print(part)})` : print(part))).join(` ${e.op} `);
    case "compare":
    case "arithmetic":
      return `${inner(e.left)} ${e.op} ${inner(e.right)}`;
    case "in":
      return `${inner(e.of)} ${e.negated ? "not in" : "in"} [${e.list.map(print).join(", ")}]`;
    case "null_test":
      return `${inner(e.of)} is ${e.negated ? "not null" : "null"}`;
    case "call":
      return `${e.name}(${e.given.map(print).join(", ")})`;
  }
}
