import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { join, name, openWarehouse, type Sql, sql, type Warehouse } from "../warehouse/index.js";
import {
  checkExpression,
  didYouMean,
  type Expression,
  ExpressionError,
  evaluate,
  type Kind,
  nearest,
  parseExpression,
  print,
  toSql,
  type Value,
} from "./index.js";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ file: ":memory:", zone: "Asia/Shanghai" });
});
afterAll(() => warehouse.close());

const kinds = new Map<string, Kind>([
  ["amount", "number"],
  ["quantity", "number"],
  ["kind", "text"],
  ["客户 名", "text"],
  ["opened_on", "date"],
  ["active", "boolean"],
]);
const types: Record<Kind, string> = { number: "decimal(18,4)", text: "varchar", date: "date", boolean: "boolean" };

/** The expression's value in the warehouse, for one row of these values. */
async function inWarehouse(e: Expression, row: Record<string, Value>): Promise<unknown> {
  const columns = [...kinds].map(([column, kind]) => sql`${row[column] ?? null}::varchar::${{ parts: [types[kind]], holes: [] } as Sql} as ${name(column)}`);
  const answered = checkExpression(e, kinds).kind === "number" ? sql`(${toSql(e, name)})::double` : toSql(e, name);
  const [answer] = await warehouse.all<{ answer: unknown }>(sql`select ${answered} as answer from (select ${join(columns)})`);
  return answer?.answer;
}

const hostile = ["'", "''", '"', "\\", "'; drop table x; --", "$1", "%", "中文", "𠀀", "￥", "a\nb", " a ", "\u00a0b\u3000", "\tc", "", "null", "1", "A"];
const textValue = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: "grapheme", maxLength: 5 }).filter((text) => !/\0|\p{Surrogate}/u.test(text)),
);
const numberValue = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((whole) => whole / 100),
);
const dayValue = fc.date({ min: new Date("1990-01-01"), max: new Date("2030-12-31"), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10));

const nullOr = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null, freq: 4 });
const rows = fc.record({
  amount: nullOr(numberValue),
  quantity: nullOr(numberValue),
  kind: nullOr(textValue),
  "客户 名": nullOr(textValue),
  opened_on: nullOr(dayValue),
  active: nullOr(fc.boolean()),
});

const literal = (value: Value): Expression => ({ type: "literal", value });
const named = (one: string): Expression => ({ type: "name", name: one });
const call = (of: string, ...given: Expression[]): Expression => ({ type: "call", name: of, given });

const expressions = fc.letrec<{ number: Expression; text: Expression; boolean: Expression }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    numberValue.map(literal),
    fc.constantFrom(named("amount"), named("quantity")),
    fc
      .tuple(fc.constantFrom("+", "-", "*", "/"), tie("number"), tie("number"))
      .map(([op, left, right]) => ({ type: "arithmetic", op, left, right }) as Expression),
    tie("number").map((of) => ({ type: "negative", of }) as Expression),
    tie("number").map((of) => call("abs", of)),
    tie("number").map((of) => call("floor", of)),
    tie("text").map((of) => call("length", of)),
    tie("text").map((of) => call("number", of)),
    fc.constantFrom("year", "month", "day").map((of) => call(of, named("opened_on"))),
    fc.tuple(tie("boolean"), tie("number"), tie("number")).map(([when, yes, no]) => call("if", when, yes, no)),
    fc.tuple(tie("number"), tie("number")).map((given) => call("coalesce", ...given)),
  ),
  text: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    textValue.map(literal),
    fc.constantFrom(named("kind"), named("客户 名")),
    tie("text").map((of) => call("trim", of)),
    fc.tuple(tie("text"), tie("text")).map((given) => call("concat", ...given)),
    fc.tuple(tie("text"), tie("text"), tie("text")).map((given) => call("replace", ...given)),
    fc
      .tuple(tie("text"), fc.integer({ min: -2, max: 5 }), fc.integer({ min: -2, max: 5 }))
      .map(([of, from, length]) => call("substr", of, literal(from), literal(length))),
  ),
  boolean: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(literal(true), literal(false), named("active")),
    fc
      .tuple(fc.constantFrom("=", "<>", "<", "<=", ">", ">="), fc.oneof(fc.tuple(tie("number"), tie("number")), fc.tuple(tie("text"), tie("text"))))
      .map(([op, [left, right]]) => ({ type: "compare", op, left, right }) as Expression),
    fc
      .tuple(fc.constantFrom("=", "<", ">="), dayValue)
      .map(([op, day]) => ({ type: "compare", op, left: named("opened_on"), right: literal(day) }) as Expression),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("boolean"), { minLength: 2, maxLength: 3 }))
      .map(([op, of]) => ({ type: "logic", op, of }) as Expression),
    tie("boolean").map((of) => ({ type: "not", of }) as Expression),
    fc
      .tuple(fc.boolean(), tie("text"), fc.array(fc.oneof(textValue.map(literal), fc.constant(literal(null))), { maxLength: 3 }))
      .map(([negated, of, list]) => ({ type: "in", negated, of, list }) as Expression),
    fc.tuple(fc.boolean(), fc.oneof(tie("number"), tie("text"))).map(([negated, of]) => ({ type: "null_test", negated, of }) as Expression),
    fc.tuple(fc.constantFrom("starts_with", "ends_with", "contains"), tie("text"), tie("text")).map(([of, ...given]) => call(of, ...given)),
  ),
}));

const close = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)));

describe("one meaning", () => {
  test("the warehouse and TypeScript agree on every expression, nulls and hostile texts included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(expressions.boolean, expressions.boolean, expressions.number, expressions.text), rows, async (e, row) => {
        fc.pre(checkExpression(e, kinds).problems.length === 0);
        const expected = evaluate(
          e,
          (one) => row[one as keyof typeof row],
          (one) => kinds.get(one),
        );
        const actual = await inWarehouse(e, row);
        expect(close(actual, expected), `${print(e)} of ${JSON.stringify(row)}: ${String(actual)} in the warehouse, ${String(expected)} in TypeScript`).toBe(
          true,
        );
      }),
      { numRuns: 1_500 },
    );
  }, 120_000);

  test("what is printed reads back as the same expression", () => {
    fc.assert(
      fc.property(fc.oneof(expressions.boolean, expressions.number, expressions.text), rows, (e, row) => {
        const value = (one: string) => row[one as keyof typeof row];
        expect(evaluate(parseExpression(print(e)), value)).toEqual(evaluate(e, value));
      }),
      { numRuns: 1_000 },
    );
  });

  test("any text parses or is refused, and never reaches the engine as SQL", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc
            .array(
              fc.constantFrom(
                "amount",
                "kind",
                "'",
                '"',
                "`",
                "(",
                ")",
                "[",
                "]",
                ",",
                " in ",
                " not ",
                " is ",
                "null",
                " and ",
                "=",
                "1",
                "-",
                ";",
                "--",
                "drop table x",
                "\\",
                ".",
              ),
              { maxLength: 12 },
            )
            .map((parts) => parts.join("")),
        ),
        async (text) => {
          let e: Expression;
          try {
            e = parseExpression(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
            return;
          }
          if (checkExpression(e, kinds).problems.length === 0) await inWarehouse(e, { amount: 1, kind: "x" });
        },
      ),
      { numRuns: 1_500 },
    );
  }, 60_000);
});

describe("reading", () => {
  const value = (text: string, values: Record<string, Value> = {}) => evaluate(parseExpression(text), (one) => values[one] ?? null);

  test.each<[string, Record<string, Value>, Value]>([
    ["a + 2 * 3 >= 7 and not b = 'x'", { a: 1, b: "y" }, true],
    ["not a = 1 or a = 1", { a: 1 }, true],
    ["(not x) = y", { x: true, y: false }, true],
    ["a not   in ['x', 'y']", { a: "z" }, true],
    ["a NOT IN ('x') AND b IS NOT NULL", { a: "z", b: 1 }, true],
    ["a is null", {}, true],
    ["not a is null", {}, false],
    ["a in []", { a: 1 }, false],
    ['`Customer ID` = 5 and lookup.kind = "not in"', { "Customer ID": 5, "lookup.kind": "not in" }, true],
    ["金额 >= 10 == true", { 金额: 10 }, true],
    ["a / 0 is null", { a: 1 }, true],
    ["-a < -(2)", { a: 3 }, true],
    ["date('2011-02-30') is null and year(date('2011-12-09 12:50:00')) = 2011", {}, true],
    ["number(' 1_000.5 ')", {}, 1000.5],
    ["round(2.5) = 3 and round(-2.5) = -3 and round(1.25, 1) = 1.3", {}, true],
    ["if(a > 1, 'big', 'small')", {}, "small"],
  ])("%s", (text, values, expected) => expect(value(text, values)).toBe(expected));

  test.each([
    ["", /empty/],
    ["a b", /operator is missing/],
    ["a +", /near character/],
    ["a == 'open", /near character/],
    ["a ? 1 : 2", /cannot stand here/],
    ["a[0] = 1", /\[ \] cannot stand/],
    ["a is 5", /after `is`/],
    ["a in 5", /after `in`/],
    ["and", /cannot stand here/],
    ["this", /cannot stand here/],
    ["1e999", /too large/],
    ["(".repeat(100) + "a" + ")".repeat(100), /too deeply/],
    ["-".repeat(15_000) + "a", /too deeply/],
    ["1" + "+1".repeat(9_000), /too deeply/],
    ["a".repeat(30_000), /longer than/],
    ["a = '\0'", /cannot be used/],
  ])("refuses %.30s", (text, why) => expect(() => parseExpression(text)).toThrow(why));

  test("a long list of conditions is not a deep one", async () => {
    const long = parseExpression(Array.from({ length: 1_000 }, () => "amount = 1").join(" or "));
    expect(await inWarehouse(long, { amount: 1 })).toBe(true);
  });
});

describe("checking", () => {
  const says = (text: string) => checkExpression(parseExpression(text), kinds).problems.map((one) => `${one.message.en}; ${one.hint?.en ?? ""}`);

  test("a number beside a day is told as that", () => {
    expect(says("amount > '2025-01-01'")).toEqual([
      "comparison: a number does not compare with a text; one is a number and the other a date: compare with a number, or take a column of dates",
    ]);
    expect(didYouMean("x", ["gold", "gold", "basic"])?.en).toBe("there are: gold, basic");
  });

  test("names the nearest and finds everything at once", () => {
    expect(says("amuont > 'x' and kind = 5 and uper(kind) = 'A' and opened_on > 'soon' and amount = null and not amount")).toEqual([
      "there is nothing named amuont here; did you mean amount?",
      "comparison: a text does not compare with a number; put texts in quotes and leave numbers without",
      "there is no function uper; did you mean upper?",
      "comparison: a date does not compare with a text; write a date as '2024-01-31'",
      "a comparison with null never holds; write `is null` or `is not null`",
      "not needs yes or no, this is a number; ",
    ]);
  });

  test("a text that reads as a day compares with dates", () => {
    expect(says("opened_on >= '2011-12-10' and '2011-12-10 08:00:00' < opened_on and opened_on in ['2011-01-01']")).toEqual([]);
    expect(says("opened_on >= '2011-02-30'")).toHaveLength(1);
    expect(says("constructor > 1 and toString() = 1 and substr(kind) = 'a'")).toHaveLength(3);
  });

  const matching = (pattern: string): Expression => ({
    type: "call",
    name: "matches",
    given: ["x", pattern].map((value) => ({ type: "literal", value })),
  });

  test.each(["a(?=b)", "(?<!a)b", "(?<n>b)", "(a)\\1", "\\u4e00", "a{1001}", "a{2,2000}", "[^]", "\\p{Script=Han}"])(
    "the warehouse does not know %s",
    async (pattern) => {
      expect(checkExpression(matching(pattern), kinds).problems[0]?.message.en).toContain("matches does not know");
      await expect(inWarehouse(matching(pattern), {})).rejects.toThrow();
    },
  );

  test.each(["^a+(b|c){2,3}[^d]*$", "\\d\\.\\(\\?=", "(?:a)b??", "\\b一[一-龥]{1,1000}", "\\p{L}\\P{Lu}"])("both know %s", async (pattern) => {
    expect(checkExpression(matching(pattern), kinds).problems).toEqual([]);
    expect(await inWarehouse(matching(pattern), {})).toBe(evaluate(matching(pattern), () => null));
  });

  test.each([
    ["substr(kind, 1e30, 2)", ""],
    ["substr(kind, -1e30, 1e30)", "abc"],
    ["substr(kind, 1.5, 1)", "b"],
  ])("%s", async (text, answer) => {
    const values = { kind: "abc" };
    expect(await inWarehouse(parseExpression(text), values)).toBe(answer);
    expect(evaluate(parseExpression(text), (name) => values[name as "kind"])).toBe(answer);
  });

  test("a long sum is planned as fast as a short one", async () => {
    const sum = parseExpression(`${Array.from({ length: 40 }, () => "amount").join(" + ")} > 39`);
    expect(await inWarehouse(sum, { amount: 1 })).toBe(true); // copies of operands in the plan would take for ever
  });

  test("the nearest name is near, or none", () => {
    expect(nearest("transacton", ["transaction", "balance"])).toBe("transaction");
    expect(nearest("zzz", ["transaction", "balance"])).toBeUndefined();
  });
});
