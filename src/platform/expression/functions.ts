import { isDay } from "../calendar/days.js";
import { type Sql, sql } from "../warehouse/sql.js";
import type { Kind, Value } from "./syntax.js";

/** One function of the language: its kinds, and its one meaning twice, as SQL and in TypeScript. */
export interface FunctionShape {
  /** Kinds it takes; "any" takes each, "same" the kind of the other "same" ones. The last repeats when `more`. */
  takes: readonly (Kind | "any" | "same")[];
  /** How many may be left out at the end. */
  optional?: number;
  more?: boolean;
  gives: Kind | "same";
  sql(given: readonly Sql[]): Sql;
  /** Called with known values only, unless `nulls`. */
  value(given: readonly Value[]): Value;
  nulls?: boolean;
}

const text = (value: Value | undefined): string => String(value ?? "");
const number = (value: Value | undefined): number => Number(value ?? 0);
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * Numbers that are none (overflow, 0/0) are unknown. The operand stands here once: `nullif` and `case` copy it when the
 * engine binds them, and six sums in one condition would take a minute to plan.
 */
export const finiteSql = (of: Sql): Sql => sql`list_filter([${of}], lambda v: isfinite(v))[1]`;

const numeral = /^[ \t\n\v\f\r]*[-+]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)([eE][-+]?\d+)?[ \t\n\v\f\r]*$/;
const isoDay = /^(\d{4}-\d{2}-\d{2})(?:$|[ T])/;

function roundHalfAway(value: number, digits: number): number {
  const scale = 10 ** digits;
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale;
}

function shape<const Shape extends FunctionShape>(one: Shape): FunctionShape {
  return one;
}

const onText = (word: Sql, value: (given: string) => Value, gives: Kind = "text") =>
  shape({ takes: ["text"], gives, sql: ([a]) => sql`${word}(${a ?? sql``})`, value: ([a]) => value(text(a)) });
const onTwoTexts = (word: Sql, value: (a: string, b: string) => boolean) =>
  shape({ takes: ["text", "text"], gives: "boolean", sql: ([a, b]) => sql`${word}(${a ?? sql``}, ${b ?? sql``})`, value: ([a, b]) => value(text(a), text(b)) });
const ofDate = (word: Sql, value: (day: string) => number) =>
  shape({ takes: ["date"], gives: "number", sql: ([a]) => sql`${word}((${a ?? sql``})::date)`, value: ([a]) => value(text(a)) });

/** A place in a text: whole, rounded as `round` does, and no farther than any text goes. */
const wholeSql = (of: Sql | undefined, least: number): Sql => sql`least(1e9, greatest(${least}, round((${of ?? sql``})::double)))::bigint`;

/** Every function of the language by name. */
export const functions: Readonly<Record<string, FunctionShape>> = {
  upper: onText(sql`upper`, (a) => a.toUpperCase()),
  lower: onText(sql`lower`, (a) => a.toLowerCase()),
  // Spaces of every script, as the engine trims: the full-width one too, tabs not.
  trim: onText(sql`trim`, (a) => a.replace(/^\p{Zs}+|\p{Zs}+$/gu, "")),
  length: onText(sql`length`, (a) => [...a].length, "number"),
  concat: shape({
    takes: ["text", "text"],
    more: true,
    gives: "text",
    nulls: true, // unknown parts are left out, as the engine's own concat does
    sql: (given) => sql`concat(${commas(given)})`,
    value: (given) => given.filter((one) => one !== null).join(""),
  }),
  substr: shape({
    takes: ["text", "number", "number"],
    gives: "text",
    sql: ([a, from, length]) => sql`substr(${a ?? sql``}, ${wholeSql(from, 1)}, ${wholeSql(length, 0)})`,
    value: ([a, from, length]) => {
      const start = Math.max(1, roundHalfAway(number(from), 0)) - 1;
      return [...text(a)].slice(start, start + Math.max(0, roundHalfAway(number(length), 0))).join("");
    },
  }),
  replace: shape({
    takes: ["text", "text", "text"],
    gives: "text",
    sql: ([a, from, to]) => sql`replace(${a ?? sql``}, ${from ?? sql``}, ${to ?? sql``})`,
    value: ([a, from, to]) => (text(from) === "" ? text(a) : text(a).replaceAll(text(from), () => text(to))),
  }),
  starts_with: onTwoTexts(sql`starts_with`, (a, b) => a.startsWith(b)),
  ends_with: onTwoTexts(sql`ends_with`, (a, b) => a.endsWith(b)),
  contains: onTwoTexts(sql`contains`, (a, b) => a.includes(b)),
  matches: shape({
    takes: ["text", "text"],
    gives: "boolean",
    sql: ([a, pattern]) => sql`regexp_matches(${a ?? sql``}, ${pattern ?? sql``})`,
    value: ([a, pattern]) => new RegExp(text(pattern), "u").test(text(a)),
  }),
  number: shape({
    takes: ["any"],
    gives: "number",
    sql: ([a]) => finiteSql(sql`try_cast(${a ?? sql``} as double)`),
    value: ([a]) => (typeof a === "number" ? a : numeral.test(text(a)) ? finite(Number(text(a).replaceAll("_", ""))) : null),
  }),
  date: shape({
    takes: ["any"],
    gives: "date",
    sql: ([a]) => sql`try_cast(regexp_extract((${a ?? sql``})::varchar, ${"^(\\d{4}-\\d{2}-\\d{2})(?:$|[ T])"}, 1) as date)`,
    value: ([a]) => {
      const day = isoDay.exec(text(a))?.[1];
      return day !== undefined && isDay(day) ? day : null;
    },
  }),
  year: ofDate(sql`year`, (day) => Number(day.slice(0, 4))),
  month: ofDate(sql`month`, (day) => Number(day.slice(5, 7))),
  day: ofDate(sql`day`, (day) => Number(day.slice(8, 10))),
  abs: shape({ takes: ["number"], gives: "number", sql: ([a]) => sql`abs((${a ?? sql``})::double)`, value: ([a]) => Math.abs(number(a)) }),
  floor: shape({ takes: ["number"], gives: "number", sql: ([a]) => sql`floor((${a ?? sql``})::double)`, value: ([a]) => Math.floor(number(a)) }),
  round: shape({
    takes: ["number", "number"],
    optional: 1,
    gives: "number",
    sql: ([a, digits]) => {
      const scale = sql`pow(10, round((${digits ?? sql`0`})::double))`;
      return finiteSql(sql`round((${a ?? sql``})::double * ${scale}) / ${scale}`);
    },
    value: ([a, digits]) => finite(roundHalfAway(number(a), roundHalfAway(number(digits), 0))),
  }),
  coalesce: shape({
    takes: ["same", "same"],
    more: true,
    gives: "same",
    nulls: true,
    sql: (given) => sql`coalesce(${commas(given)})`,
    value: (given) => given.find((one) => one !== null) ?? null,
  }),
  if: shape({
    takes: ["boolean", "same", "same"],
    gives: "same",
    nulls: true,
    sql: ([condition, yes, no]) => sql`case when ${condition ?? sql``} then ${yes ?? sql``} else ${no ?? sql``} end`,
    value: ([condition, yes, no]) => (condition === true ? (yes ?? null) : (no ?? null)),
  }),
};

function commas(given: readonly Sql[]): Sql {
  return { parts: ["", ...given.slice(1).map(() => ", "), ""], holes: given };
}
