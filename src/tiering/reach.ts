import type { Expression } from "../platform/expression/index.js";

/** The numbers a figure may have by comparisons that all have to hold: from `low` to `high`, each in or out. */
interface Range {
  low: number;
  lowIn: boolean;
  high: number;
  highIn: boolean;
}

const everything: Range = { low: Number.NEGATIVE_INFINITY, lowIn: false, high: Number.POSITIVE_INFINITY, highIn: false };

/** Ranges of figures that all have to hold. */
type Ranges = ReadonlyMap<string, Range>;

const numberOf = (e: Expression): number | undefined => (e.type === "literal" && typeof e.value === "number" ? e.value : undefined);
const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>" } as const;

function narrowed(range: Range, op: string, value: number): Range {
  const low = (lowIn: boolean): Range => (value > range.low || (value === range.low && !lowIn) ? { ...range, low: value, lowIn } : range);
  const high = (of: Range, highIn: boolean): Range => (value < of.high || (value === of.high && !highIn) ? { ...of, high: value, highIn } : of);
  switch (op) {
    case ">":
      return low(false);
    case ">=":
      return low(true);
    case "<":
      return high(range, false);
    case "<=":
      return high(range, true);
    default:
      return high(low(true), true);
  }
}

/** A condition that is nothing but comparisons of figures with numbers, joined by `and`; undefined of any other. */
function rangesOf(e: Expression): Ranges | undefined {
  const found = new Map<string, Range>();
  for (const part of e.type === "logic" && e.op === "and" ? e.of : [e]) {
    if (part.type !== "compare" || part.op === "<>") return undefined;
    const [figure, value, op] = part.left.type === "name" ? [part.left, numberOf(part.right), part.op] : [part.right, numberOf(part.left), mirrored[part.op]];
    if (figure.type !== "name" || value === undefined) return undefined;
    found.set(figure.name, narrowed(found.get(figure.name) ?? everything, op, value));
  }
  return found;
}

const isEmpty = ({ low, lowIn, high, highIn }: Range): boolean => low > high || (low === high && !(lowIn && highIn));

const within = (inner: Range, outer: Range): boolean =>
  (inner.low > outer.low || (inner.low === outer.low && (outer.lowIn || !inner.lowIn))) &&
  (inner.high < outer.high || (inner.high === outer.high && (outer.highIn || !inner.highIn)));

const branchesOf = (e: Expression): readonly Expression[] => (e.type === "logic" && e.op === "or" ? e.of : [e]);

/** Does one range of figures lie in another: whoever is in the first is in the second? */
const implies = (inner: Ranges, outer: Ranges): boolean => [...outer].every(([figure, range]) => within(inner.get(figure) ?? everything, range));

/**
 * Can a tier be reached after those before it? Not when each of its branches asks what cannot be, or lies within a branch of
 * an earlier condition. Only what is certain is said: of other conditions, that it can. `after` is the place of the earlier one.
 */
export function unreachable(when: Expression, earlier: readonly Expression[]): { why: "never" } | { why: "earlier"; after: number } | undefined {
  const branches = branchesOf(when).map(rangesOf);
  const possible = branches.filter((ranges) => ranges === undefined || ![...ranges.values()].some(isEmpty));
  if (possible.length === 0) return { why: "never" };
  let after = -1;
  for (const ranges of possible) {
    if (ranges === undefined) return undefined;
    const by = earlier.findIndex((one) => branchesOf(one).some((branch) => (([outer]) => outer !== undefined && implies(ranges, outer))([rangesOf(branch)])));
    if (by < 0) return undefined;
    after = Math.max(after, by);
  }
  return { why: "earlier", after };
}
