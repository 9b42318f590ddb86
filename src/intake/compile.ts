import { checkExpression, type Expression, type ExpressionProblem, type Kind, namesIn, rewrite, toSql } from "../platform/expression/index.js";
import { join, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { exactNumber, inCalendar, moment, type Reading } from "./cells.js";

/**
 * Mapping expressions speak of file columns, which are texts. Where a number is meant (`Quantity * UnitPrice`,
 * `Quantity <= 0`) the column is read as one, exactly: products and sums of decimals, not of floating-point numbers.
 */
export interface Compiled {
  sql: Sql;
  kind: Kind | undefined;
  /** Columns read as numbers: a cell that is none is the row's fault. */
  numbers: string[];
  /** Does a calculation in it have no result though all it is made of is known: too large a number, a division by zero? Absent without one. */
  failed: Sql | undefined;
}

const numeric = new Set(["number", "abs", "round", "floor", "length", "year", "month", "day"]);
const takesNumbers = new Set(["abs", "round", "floor"]);

function isNumber(e: Expression): boolean {
  if (e.type === "literal") return typeof e.value === "number";
  return e.type === "arithmetic" || e.type === "negative" || (e.type === "call" && numeric.has(e.name));
}

const asNumber = (e: Expression): Expression => (e.type === "name" ? { type: "call", name: "number", given: [e] } : e);

/** Put `number(…)` round the columns that stand where a number is meant. */
export function readNumbers(e: Expression): Expression {
  return rewrite(e, (part) => {
    switch (part.type) {
      case "arithmetic":
        return { ...part, left: readNumbers(asNumber(part.left)), right: readNumbers(asNumber(part.right)) };
      case "negative":
        return { ...part, of: readNumbers(asNumber(part.of)) };
      case "compare": {
        const about = isNumber(part.left) || isNumber(part.right);
        return about ? { ...part, left: readNumbers(asNumber(part.left)), right: readNumbers(asNumber(part.right)) } : undefined;
      }
      case "in":
        return part.list.some(isNumber) ? { ...part, of: readNumbers(asNumber(part.of)) } : undefined;
      case "call":
        if (part.name === "number" && part.given[0]?.type === "name") return part;
        return takesNumbers.has(part.name) ? { ...part, given: part.given.map((one) => readNumbers(asNumber(one))) } : undefined;
      default:
        return undefined;
    }
  });
}

function numbersIn(e: Expression): string[] {
  const found: string[] = [];
  rewrite(e, (part) => {
    if (part.type === "call" && part.name === "number" && part.given[0]?.type === "name") found.push(part.given[0].name);
    return undefined;
  });
  return [...new Set(found)];
}

/** All that is wrong with an expression over these columns. */
export function checkOver(e: Expression, columns: Iterable<string>): { kind: Kind | undefined; problems: ExpressionProblem[] } {
  return checkExpression(readNumbers(e), new Map([...columns].map((column) => [column, "text"])));
}

/** An expression over file columns as SQL. */
export function compile(e: Expression, column: (name: string) => Sql, reading: Reading): Compiled {
  const whole = readNumbers(e);
  const { kind } = checkExpression(whole, new Map(namesIn(whole).map((name) => [name, "text" as const])));
  const failures: Sql[] = [];
  // Decimals of 18 digits break the whole question where they overflow: one operand of 19 has the result made in 38, and the cast back gives null.
  const exact = (part: Expression, operands: Sql[]): Sql => {
    if (part.type === "literal" && typeof part.value === "number") return sql`try_cast(${String(part.value)} as decimal(18,6))`;
    if (part.type === "negative") return sql`(-(${exact(part.of, operands)}))`;
    if (part.type !== "arithmetic") {
      const operand = of(part);
      operands.push(sql`${operand} is not null`);
      return sql`try_cast(${operand} as decimal(18,6))`;
    }
    const [left, right] = [exact(part.left, operands), exact(part.right, operands)];
    if (part.op === "/") return sql`try_cast((${left})::double / nullif(${right}, 0)::double as decimal(18,6))`;
    return sql`try_cast((${left})::decimal(19,6) ${raw(part.op)} (${right}) as decimal(18,6))`;
  };
  const calculated = (part: Expression): Sql => {
    const operands: Sql[] = [];
    const result = exact(part, operands);
    failures.push(sql`(${join([sql`${result} is null`, ...operands], " and ")})`);
    return result;
  };
  // The language's own call hook covers number() and date(); arithmetic is made a call of ours to reach it.
  const of = (part: Expression): Sql => toSql(arithmeticAsCalls(part), column, { call: (call) => ownCall(call, of, calculated, reading) });
  return { sql: of(whole), kind, numbers: numbersIn(whole), failed: failures.length === 0 ? undefined : join(failures, " or ") };
}

const EXACT = "exact";

function arithmeticAsCalls(e: Expression): Expression {
  return rewrite(e, (part) =>
    part.type === "arithmetic" || part.type === "negative"
      ? { type: "call", name: EXACT, given: [part] }
      : part.type === "call" && part.name === EXACT
        ? part
        : undefined,
  );
}

function ownCall(
  call: Expression & { type: "call" },
  of: (e: Expression) => Sql,
  calculated: (e: Expression) => Sql,
  { dates, currency }: Reading,
): Sql | undefined {
  const [given] = call.given;
  if (given === undefined) return undefined;
  if (call.name === EXACT) return calculated(given);
  if (call.name === "number") return exactNumber(sql`(${of(given)})::varchar`, currency);
  if (call.name === "date") return sql`(${inCalendar(moment(sql`(${of(given)})::varchar`, dates))})::date`;
  return undefined;
}
