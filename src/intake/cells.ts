import type { SqlType } from "../customer/schema.js";
import { raw, type Sql, sql } from "../platform/warehouse/index.js";

// These stand in the SQL as they are: a bound pattern would be compiled again for every row.
/** Spaces people type, the full-width one among them. */
const SPACES = raw("' \t\r\n\u00a0\u3000'");
/** A sign of any currency. */
const SIGN = raw("'\\p{Sc}'");

/** How the cells of a file are read. */
export interface Reading {
  /** The mapping's own format of dates. */
  dates: string | undefined;
  /** The workspace's currency, ISO 4217. */
  currency: string;
}

/** The signs of a currency: of yen and yuan also the full-width one. None when it has only letters. */
function signsOf(currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const sign = format.formatToParts(0).find(({ type }) => type === "currency")?.value ?? "";
  return sign === "¥" ? "¥￥" : /^\p{Sc}$/u.test(sign) ? sign : "";
}

/** Numbers with separators between thousands, or after the currency's own sign; and what is left out of them. */
function moneyIn(currency: string): { pattern: Sql; idle: Sql } {
  const signs = signsOf(currency);
  const grouped = "[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?";
  const pattern = signs === "" ? `^[-+]?${grouped}$` : `^[-+]?[${signs}]?[-+]?${grouped}$|^[-+]?[${signs}][-+]?[0-9]+([.][0-9]*)?$`;
  return { pattern: raw(`'${pattern}'`), idle: raw(`'[,${signs}]'`) };
}

/** Does a text that is no number here hold a currency's sign which is not the workspace's own? */
export const inOtherCurrency = (text: Sql, currency: string): Sql => sql`regexp_matches(translate(${text}, ${raw(`'${signsOf(currency)}'`)}, ''), ${SIGN})`;

/** A cell as canonical text: no spaces around it; empty, NULL and \N are unknown. */
export function cellText(column: Sql): Sql {
  const trimmed = sql`trim(${column}, ${SPACES})`;
  return sql`case when ${trimmed} in ('', 'NULL', '\\N') then null else ${trimmed} end`;
}

/** A cell of a typed column: the text a CSV of it would hold. */
export const typedText = (column: Sql): Sql => sql`(${column})::varchar`;

// Decimals of more than 18 digits are read 200 times as slowly: numbers in expressions hold six digits after the point and twelve before.
/** A number as people write it, exactly: 12.5, 1,234.50, ¥99 where that is the currency's sign. Null when it is none. */
export function exactNumber(text: Sql, currency: string, type = "decimal(18,6)"): Sql {
  const target = raw(type);
  const { pattern, idle } = moneyIn(currency);
  return sql`coalesce(
    try_cast(${text} as ${target}),
    case when regexp_matches(${text}, ${pattern}) then try_cast(regexp_replace(${text}, ${idle}, '', 'g') as ${target}) end)`;
}

/** A moment in the workspace's zone: ISO 8601 with or without an offset, 2011/12/9 8:26, 20111209, or the mapping's own format. */
export function moment(text: Sql, format: string | undefined): Sql {
  // Given a word without a digit (infinity, epoch), the engine answers a day of its own.
  if (format !== undefined) return sql`case when regexp_matches(${text}, '[0-9]') then try_strptime(${text}, ${format})::timestamp end`;
  return sql`case
    when regexp_matches(${text}, '^[0-9]{8}$') then try_strptime(${text}, '%Y%m%d')
    when regexp_matches(${text}, '[0-9](Z|[+-][0-9]{2}(:?[0-9]{2})?)$') and contains(${text}, ':') then try_cast(${text} as timestamptz)::timestamp
    when contains(${text}, '年') then try_strptime(replace(${text}, ' ', ''), ['%Y年%m月%d日', '%Y年%m月%d日%H:%M', '%Y年%m月%d日%H:%M:%S'])
    when ${text} >= '0' and ${text} < ':' then try_cast(${text} as timestamp) end`;
}

/** The moments there are: the years 1 to 9999. The engine knows infinite ones too, and years before and after. */
export const inCalendar = (value: Sql): Sql =>
  sql`case when ${value} >= '0001-01-01'::timestamp and ${value} < '9999-12-31'::timestamp + interval 1 day then ${value} end`;

/** A number as text without idle zeros: 5.000000 is 5. */
const plainNumber = (number: Sql): Sql => sql`regexp_replace(regexp_replace((${number})::varchar, '([.][0-9]*?)0+$', '\\1'), '[.]$', '')`;

/** What an expression gives, by kind. */
export type Given = "text" | "number" | "date" | "boolean";

/** The value in the canonical column's own type; null where it cannot be read as one. Dates are still to be held to the calendar (`inCalendar`). */
export function convert(value: Sql, given: Given, to: SqlType, { dates, currency }: Reading): Sql {
  switch (to) {
    case "varchar":
      return given === "number" ? plainNumber(value) : given === "text" ? sql`nullif(trim(${value}, ${SPACES}), '')` : sql`(${value})::varchar`;
    case "decimal(18,4)":
      return given === "text" ? exactNumber(value, currency, to) : sql`try_cast(${value} as decimal(18,4))`;
    case "timestamp":
      return given === "text" ? moment(value, dates) : sql`try_cast(${value} as timestamp)`;
    case "date":
      return given === "text" ? sql`(${moment(value, dates)})::date` : sql`try_cast(${value} as date)`;
    case "boolean":
      return sql`try_cast(${value} as boolean)`;
  }
}

/** Whole numbers that went through a floating-point column carry '.0': 17850.0 is 17850. */
export const idText = (text: Sql): Sql => sql`regexp_replace(${text}, '^([0-9]+)[.]0+$', '\\1')`;

/** A value as the text its identity is taken over: the same whatever file it came in. */
export const identityText = (column: Sql): Sql => sql`coalesce((${column})::varchar, '')`;
