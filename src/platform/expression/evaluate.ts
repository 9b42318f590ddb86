import { functions } from "./functions.js";
import type { Comparison, Expression, Kind, Value } from "./syntax.js";

/** Order of texts as the warehouse has it: by code point, where UTF-16 units would put 𠀀 before ￥. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compare(a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  return Number(a) - Number(b);
}

const outcomes = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
} as const satisfies Record<Comparison, (order: number) => boolean>;

const not = (value: Value): Value => (value === null ? null : value !== true);

function logic(op: "and" | "or", values: Value[]): Value {
  const decisive = op === "or";
  if (values.some((value) => value === decisive)) return decisive;
  return values.includes(null) ? null : !decisive;
}

function arithmetic(op: "+" | "-" | "*" | "/", left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  const [a, b] = [Number(left), Number(right)];
  const result = op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a / b;
  return Number.isFinite(result) ? result : null;
}

/** `x in [...]` is true when one equals, unknown when none does but x or one of them is unknown. */
function member(of: Value, list: Value[]): Value {
  if (list.length === 0) return false;
  if (of === null) return null;
  if (list.some((item) => compare(of, item) === 0)) return true;
  return list.includes(null) ? null : false;
}

/** A moment at midnight is its day: '2011-12-10 00:00:00' and '2011-12-10' are one date. */
const asDate = (value: Value): Value => (typeof value === "string" ? value.replace(/^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?$/, "$1") : value);

/** The value of an expression; null is unknown, with the three-valued meaning `toSql` has in the warehouse. */
export function evaluate(e: Expression, values: (name: string) => Value, kinds?: (name: string) => Kind | undefined): Value {
  const of = (part: Expression): Value => evaluate(part, values, kinds);
  switch (e.type) {
    case "literal":
      return e.value;
    case "name": {
      const value = values(e.name);
      return kinds?.(e.name) === "date" ? asDate(value) : value;
    }
    case "negative": {
      const value = of(e.of);
      return value === null ? null : -Number(value);
    }
    case "not":
      return not(of(e.of));
    case "logic":
      return logic(e.op, e.of.map(of));
    case "compare": {
      const order = compare(of(e.left), of(e.right));
      return order === null ? null : outcomes[e.op](order);
    }
    case "arithmetic":
      return arithmetic(e.op, of(e.left), of(e.right));
    case "in": {
      const found = member(of(e.of), e.list.map(of));
      return e.negated ? not(found) : found;
    }
    case "null_test":
      return (of(e.of) === null) !== e.negated;
    case "call": {
      const shape = functions[e.name];
      if (shape === undefined) throw new Error(`unknown function ${e.name}`);
      const given = e.given.map(of);
      return !shape.nulls && given.includes(null) ? null : shape.value(given);
    }
  }
}
