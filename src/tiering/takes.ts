import { columnsOf } from "../customer/schema.js";
import { before, type Duration, daysAfter, daysBetween, forward } from "../platform/calendar/index.js";
import { toSql } from "../platform/expression/index.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { FAMILY } from "./catalogue.js";
import type { Moment } from "./cte.js";
import { type CoreMeasure, isPartOfAll, monthsIn, placesItsWindow } from "./plan.js";
import type { ForetoldTake, Take } from "./schema.js";

/** How a fact meets the day: its own time, rows without one, and what stands rather than happens. */
interface FactTime {
  time: string;
  /** Rows whose day is not known count on every day. */
  timeless: boolean;
  /** Columns that together name what a row is the state of; rows of one instance replace each other. */
  instance: readonly string[];
}

export const factTimes = {
  customer: { time: "since_on", timeless: true, instance: [] },
  holding: { time: "opened_on", timeless: true, instance: ["holding_ref"] },
  balance: { time: "on_date", timeless: false, instance: ["account_ref", "kind"] },
  transaction: { time: "occurred_at", timeless: false, instance: [] },
  interaction: { time: "occurred_at", timeless: false, instance: [] },
  attribute: { time: "on_date", timeless: true, instance: [] },
} as const satisfies Record<CoreMeasure["fact"], FactTime>;

/** A column of a row, `f`, or of its product. */
export const f = (column: string): Sql => (column === FAMILY ? sql`catalogue.family` : sql`f.${name(column)}`);
/** The fact's own time. */
export const time = (measure: CoreMeasure): Sql => f(factTimes[measure.fact].time);

/** Newest last; rows without a day come first. What a source said last of a customer counts, whenever they became one, as in the profile. */
const recency = (fact: CoreMeasure["fact"]): Sql =>
  fact === "customer" ? sql`row(f.recorded_at, f.rowid)` : sql`row(coalesce(${f(factTimes[fact].time)}, '0001-01-01'), f.recorded_at, f.rowid)`;

/** The first day of a window that ends with a day. */
export const startOf = (over: Duration, day: string): string => daysAfter(before(day, over), 1);

/** Which visible rows a measure takes: its window, its attribute, its own condition. */
export function taken(measure: CoreMeasure, moment: Moment): Sql[] {
  const conditions: Sql[] = [];
  if (measure.over !== null && !placesItsWindow(measure.take)) conditions.push(sql`${time(measure)} >= ${startOf(measure.over, moment.asOf)}::date`);
  if (measure.dueWithin !== null)
    conditions.push(sql`f.matures_on > ${moment.asOf}::date and f.matures_on <= ${forward(moment.asOf, measure.dueWithin)}::date`);
  if (measure.attribute !== null) conditions.push(sql`${f("name")} = ${measure.attribute}`);
  if (measure.where !== null) conditions.push(toSql(measure.where, f));
  return conditions;
}

const filtered = (aggregate: Sql, conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? aggregate : sql`${aggregate} filter (where ${join(conditions, " and ")})`;

/** One measure: what a pass aggregates per customer and over everybody, and what makes the figure of it. */
export interface Aggregation {
  parts: readonly Sql[];
  overall?: Sql;
  figure(parts: readonly Sql[], moment: Moment, overall: Sql): Sql;
}

/** Does each row without a value count as one of its own? */
const standsAlone = (measure: CoreMeasure): boolean => columnsOf(measure.fact).some((column) => column.name === measure.column && column.meta.alone === true);

/** The value a row has, a text or a number. */
const valueIn = (measure: CoreMeasure): Sql => (measure.attribute === null ? f(measure.column ?? "") : raw("coalesce(f.text_value, f.number_value::varchar)"));

const part = (parts: readonly Sql[], i: number): Sql => parts[i] ?? raw("null");

/** A stretch of days, both included. */
interface Stretch {
  from: string;
  to: string;
}

/** The window of a measure and, before it, one of the same length. */
export function windowsOf({ over }: CoreMeasure, asOf: string): { now: Stretch; earlier: Stretch } {
  const length = over ?? { count: 1, unit: "month" };
  const [last, first] = [before(asOf, length), before(asOf, { ...length, count: length.count * 2 })];
  return { now: { from: daysAfter(last, 1), to: asOf }, earlier: { from: daysAfter(first, 1), to: last } };
}

/** The months of a measure's window, oldest first, each ending on the day of the month that the window ends on. */
export function monthsOf({ over }: CoreMeasure, asOf: string): Stretch[] {
  const months = monthsIn(over);
  const back = (count: number): string => (count === 0 ? asOf : before(asOf, { count, unit: "month" }));
  return Array.from({ length: months }, (_, i) => ({ from: daysAfter(back(months - i), 1), to: back(months - i - 1) }));
}

/** Whole months from a moment back to it from a day. */
export function monthsBack(at: Sql, asOf: string): Sql {
  const day = sql`${asOf}::date`;
  return sql`(date_diff('month', ${at}::date, ${day}) - (day(${at}) > day(${day}))::integer)`;
}

/** Of a balance row, the days of a stretch on which it stood. */
const daysStood = ({ from, to }: Stretch): Sql => {
  const after = daysAfter(to, 1);
  return sql`greatest(0, least(coalesce(f.until_on, ${after}::date), ${after}::date) - greatest(f.on_date, ${from}::date))`;
};

/** What came in a stretch: its sum or number, and of balances what stood on its days, added up. */
function inStretch(measure: CoreMeasure, conditions: readonly Sql[], stretch: Stretch): Sql {
  if (standsBetween(measure.fact)) return filtered(sql`sum(f.amount * ${daysStood(stretch)})`, conditions);
  const within = sql`${time(measure)} >= ${stretch.from}::date and ${time(measure)} < ${daysAfter(stretch.to, 1)}::date`;
  return filtered(measure.column === null ? sql`count(*)` : sql`sum(${f(measure.column)})`, [...conditions, within]);
}

/** That as a figure: nothing is 0, and balances are the mean over the days. */
const amountOf = ({ fact }: CoreMeasure, held: Sql, { from, to }: Stretch): Sql =>
  standsBetween(fact) ? sql`coalesce(${held}, 0)::double / ${daysBetween(from, to) + 1}` : sql`coalesce(${held}, 0)::double`;

export const standsBetween = (fact: CoreMeasure["fact"]): boolean => fact === "balance";
const sumOf = (parts: readonly Sql[]): Sql => join(parts, " + ");

/** Takes that tell what was. */
export type PlainTake = Exclude<Take, ForetoldTake>;

/** A new way to take a measure is one entry here. */
export const aggregations: Readonly<Record<PlainTake, (measure: CoreMeasure, conditions: readonly Sql[], moment: Moment) => Aggregation>> = {
  count: (measure, conditions) => ({
    parts: [filtered(measure.column === null ? sql`count(*)` : sql`count(${f(measure.column)})`, conditions)],
    figure: (parts) => sql`coalesce(${part(parts, 0)}, 0)`,
  }),
  distinct: (measure, conditions) => {
    const column = valueIn(measure);
    const different = filtered(sql`count(distinct ${column})`, conditions);
    if (!standsAlone(measure)) return { parts: [different], figure: (parts) => sql`coalesce(${part(parts, 0)}, 0)` };
    const without = filtered(sql`count(*)`, [...conditions, sql`${column} is null`]);
    return { parts: [different, without], figure: (parts) => sql`coalesce(${part(parts, 0)} + ${part(parts, 1)}, 0)` };
  },
  share: (measure, conditions) => {
    const different = filtered(sql`count(distinct ${valueIn(measure)})`, conditions);
    const shareOf = (held: Sql, all: Sql): Sql => sql`round(coalesce(${held}, 0)::double / nullif(${all}, 0), 4)`;
    return isPartOfAll(measure)
      ? { parts: [different], overall: different, figure: (parts, _, overall) => shareOf(part(parts, 0), overall) }
      : { parts: [different], figure: (parts) => shareOf(part(parts, 0), sql`(select count(distinct family) from catalogue)`) };
  },
  sum: (measure, conditions) => ({
    parts: [filtered(sql`sum(${f(measure.column ?? "")})`, conditions)],
    figure: (parts) => sql`coalesce(${part(parts, 0)}, 0)`,
  }),
  // The sum is exact; only the one division at the end rounds, the same way every time.
  average: (measure, conditions) => ({
    parts: [filtered(sql`sum(${f(measure.column ?? "")})`, conditions), filtered(sql`count(${f(measure.column ?? "")})`, conditions)],
    figure: (parts) => sql`round(${part(parts, 0)} / nullif(${part(parts, 1)}, 0), 4)`,
  }),
  minimum: (measure, conditions) => ({
    parts: [filtered(sql`min(${f(measure.column ?? "")})`, conditions)],
    figure: (parts) => part(parts, 0),
  }),
  maximum: (measure, conditions) => ({
    parts: [filtered(sql`max(${f(measure.column ?? "")})`, conditions)],
    figure: (parts) => part(parts, 0),
  }),
  daily_average: (measure, conditions, moment) => {
    const { now } = windowsOf(measure, moment.asOf);
    return {
      parts: [inStretch(measure, conditions, now)],
      figure: (parts) => sql`round(${part(parts, 0)} / ${daysBetween(now.from, now.to) + 1}, 4)`,
    };
  },
  latest: (measure, conditions) => {
    const column = f(measure.column ?? "");
    const added = factTimes[measure.fact].instance.length > 0 && measure.kind === "number";
    const newest = added ? sql`sum(${column})` : sql`arg_max(${column}, ${recency(measure.fact)})`;
    return { parts: [filtered(newest, conditions)], figure: (parts) => part(parts, 0) };
  },
  days_since_last: (measure, conditions) => ({
    parts: [filtered(sql`max(${time(measure)})`, conditions)],
    figure: (parts, { asOf }) => sql`${asOf}::date - ${part(parts, 0)}::date`,
  }),
  days_since_first: (measure, conditions) => ({
    parts: [filtered(sql`min(${time(measure)})`, conditions)],
    figure: (parts, { asOf }) => sql`${asOf}::date - ${part(parts, 0)}::date`,
  }),
  // One bit per month back from the day: counting different months of millions of rows costs a hash of each.
  active_months: (measure, conditions, { asOf }) => {
    const months = monthsBack(time(measure), asOf);
    return {
      parts: [filtered(sql`bit_or(1::ubigint << least(63, greatest(0, ${months}))::ubigint)`, conditions)],
      figure: (parts) => sql`coalesce(bit_count(${part(parts, 0)}), 0)`,
    };
  },
  growth: (measure, conditions, { asOf }) => {
    const { now, earlier } = windowsOf(measure, asOf);
    return {
      parts: [inStretch(measure, conditions, now), inStretch(measure, conditions, earlier)],
      figure: (parts) => {
        const [to, from] = [amountOf(measure, part(parts, 0), now), amountOf(measure, part(parts, 1), earlier)];
        return sql`round((${to} - ${from}) / nullif(abs(${from}), 0), 4)`;
      },
    };
  },
  // Each row's weight has six decimals and the sum is exact, so that the order of rows makes no difference.
  fading: (measure, conditions, { asOf }) => {
    const days = sql`(${asOf}::date - ${time(measure)}::date)`;
    const weight = sql`round(power(0.5, ${days} / ${raw(String(measure.halfLife ?? 1))}::double), 6)::decimal(9,6)`;
    const amount = measure.column === null ? weight : sql`${f(measure.column)}::decimal(28,4) * ${weight}`;
    return { parts: [filtered(sql`sum(${amount})`, conditions)], figure: (parts) => sql`round(coalesce(${part(parts, 0)}, 0), 4)` };
  },
  // Least squares over the months: with the months counted from their middle, the slope is one weighted sum, divided once.
  trend: (measure, conditions, { asOf }) => {
    const months = monthsOf(measure, asOf);
    const n = months.length;
    return {
      parts: months.map((month) => inStretch(measure, conditions, month)),
      figure: (parts) => {
        const weighted = months.map((month, i) => sql`${raw(String(2 * i - (n - 1)))} * ${amountOf(measure, part(parts, i), month)}`);
        return sql`round((${sumOf(weighted)}) / ${raw(String((n * (n * n - 1)) / 6))}, 4)`;
      },
    };
  },
  // The standard deviation of the months, all of them known, over their mean.
  variation: (measure, conditions, { asOf }) => {
    const months = monthsOf(measure, asOf);
    return {
      parts: months.map((month) => inStretch(measure, conditions, month)),
      figure: (parts) => {
        const amounts = months.map((month, i) => amountOf(measure, part(parts, i), month));
        const [sum, squares] = [sumOf(amounts), sumOf(amounts.map((one) => sql`${one} * ${one}`))];
        return sql`round(sqrt(greatest(0, ${raw(String(months.length))} * (${squares}) - (${sum}) * (${sum}))) / nullif(abs(${sum}), 0), 4)`;
      },
    };
  },
};
