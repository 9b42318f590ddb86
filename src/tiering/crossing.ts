import { daysAfter, forward } from "../platform/calendar/index.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { clauseSql, rescoredSql, withScoresOf } from "./compile.js";
import { isKnown } from "./cte.js";
import { type CoreMeasure, type CoreScore, foretells, isForetold, madeOf, type Plan } from "./plan.js";
import type { Calibration } from "./schema.js";
import { monthsBack, monthsOf, type PlainTake, standsBetween, startOf, time, windowsOf } from "./takes.js";

/** From the day of a standing to a later one. */
export interface Passing {
  from: string;
  to: string;
}

/** Days after one and up to another. */
const between = (column: Sql, { from, to }: Passing): Sql => sql`(${column} >= ${daysAfter(from, 1)}::date and ${column} < ${daysAfter(to, 1)}::date)`;

/** Rows that a window leaves behind when its first day goes from one to the other. */
const left = (measure: CoreMeasure, from: string, to: string): Sql => sql`(${time(measure)} >= ${from}::date and ${time(measure)} < ${to}::date)`;

const leavingWindow = (measure: CoreMeasure, { from, to }: Passing): Sql[] =>
  measure.over === null ? [] : [left(measure, startOf(measure.over, from), startOf(measure.over, to))];

type Stretches = (day: string) => readonly { from: string }[];

/** Rows that go from one stretch to the one before it; of what stands, whatever changed since the first of them began. */
function leavingStretches(measure: CoreMeasure, { from, to }: Passing, stretches: Stretches): Sql[] {
  const [first, then] = [stretches(from), stretches(to)];
  if (standsBetween(measure.fact)) return [sql`(${time(measure)} > ${first.map((one) => one.from).sort()[0] ?? from}::date)`];
  return first.map((one, i) => left(measure, one.from, then[i]?.from ?? one.from));
}

/** What a figure in days is where there is nothing to count from. */
const daysOfNobody = ({ default: none, atLeast, atMost }: CoreMeasure): number | null =>
  none === null ? null : Math.min(Math.max(none, atLeast ?? none), atMost ?? Number.POSITIVE_INFINITY);

/** Figures in days grow by themselves: what is to be looked at are those that cannot be told from a number the model puts in their place. */
function heldByBounds(measure: CoreMeasure, { from }: Passing): Sql[] {
  const [none, day] = [daysOfNobody(measure), sql`${time(measure)}::date`];
  const sameAsNobody = none === null ? [] : [sql`(${day} = ${daysAfter(from, -none)}::date)`];
  return measure.atLeast === null ? sameAsNobody : [...sameAsNobody, sql`(${day} >= ${daysAfter(from, -measure.atLeast)}::date)`];
}

/** Rows that count otherwise on the later day, by the way they are taken; nobody else's figure is another, but for days that pass. */
const crossings = {
  count: leavingWindow,
  distinct: leavingWindow,
  share: leavingWindow,
  sum: leavingWindow,
  average: leavingWindow,
  minimum: leavingWindow,
  maximum: leavingWindow,
  latest: leavingWindow,
  days_since_last: (measure, passing) => [...leavingWindow(measure, passing), ...heldByBounds(measure, passing)],
  days_since_first: (measure, passing) => [...leavingWindow(measure, passing), ...heldByBounds(measure, passing)],
  daily_average: (measure, passing) => leavingStretches(measure, passing, (day) => [windowsOf(measure, day).now]),
  growth: (measure, passing) =>
    leavingStretches(measure, passing, (day) => {
      const { now, earlier } = windowsOf(measure, day);
      return [now, earlier];
    }),
  trend: (measure, passing) => leavingStretches(measure, passing, (day) => monthsOf(measure, day)),
  variation: (measure, passing) => leavingStretches(measure, passing, (day) => monthsOf(measure, day)),
  active_months: (measure, passing) => {
    const inWindow = measure.over === null ? raw("true") : sql`${time(measure)} >= ${startOf(measure.over, passing.from)}::date`;
    return [sql`(${inWindow} and ${monthsBack(time(measure), passing.from)} <> ${monthsBack(time(measure), passing.to)})`];
  },
  fading: () => [raw("true")],
} as const satisfies Record<PlainTake, (measure: CoreMeasure, passing: Passing) => Sql[]>;

/** The contracts that are closed in between, or come into the time in which they are due, or out of it. */
function maturing({ dueWithin }: CoreMeasure, { from, to }: Passing): Sql[] {
  const closed = between(sql`f.closed_on`, { from, to });
  if (dueWithin === null) return [closed];
  const due = between(sql`f.matures_on`, { from: forward(from, dueWithin), to: forward(to, dueWithin) });
  return [closed, due, between(sql`f.matures_on`, { from, to })];
}

/** Parties with a row that the model takes otherwise on the later day, or that are seen for the first time in between. */
export function crossedParties(plan: Plan, passing: Passing): Sql {
  const found = plan.measures.flatMap((measure) => {
    const rows = [
      between(time(measure), passing),
      ...(measure.fact === "holding" ? maturing(measure, passing) : []),
      ...(foretells(measure.take) ? [raw("true")] : crossings[measure.take](measure, passing)),
    ];
    return rows.map((row) => sql`select f.party_id from ${name(measure.fact)} as f where ${isKnown({ known: null }, "f")} and ${row}`);
  });
  const told = [...found, sql`select sighting.party_id from sighting where ${between(sql`sighting.first_on`, passing)}`];
  // several measures look at the same window
  return join([...new Map(told.map((one) => [JSON.stringify(one), one])).values()], "\nunion all ");
}

const inDays = (measure: CoreMeasure): boolean => measure.take === "days_since_last" || measure.take === "days_since_first";

/** Measures that grow by a day with every day. */
const measuresInDays = (plan: Plan): CoreMeasure[] => plan.measures.filter(inDays);

/** The figure of days after some more days, for whom nothing else is new. */
function daysLater(measure: CoreMeasure, days: number): Sql {
  const column = name(measure.name);
  const later = sql`(${column} + ${raw(String(days))})`;
  const most = measure.atMost === null ? later : sql`least(${later}, ${raw(String(measure.atMost))})`;
  const none = daysOfNobody(measure);
  return sql`(${none === null ? most : sql`case when ${column} = ${raw(String(none))} then ${column} else ${most} end`})::integer`;
}

/** A relation of standing rows as they are some days later. */
export function rowsLater(plan: Plan, rows: Sql, days: number): Sql {
  const grown = days === 0 ? [] : measuresInDays(plan);
  if (grown.length === 0) return rows;
  const columns = grown.map((measure) => sql`${daysLater(measure, days)} as ${name(measure.name)}`);
  return sql`(select * replace (${join(columns)}) from ${rows})`;
}

/**
 * Customers of a standing whom the days alone give another score or another clause, when everything else of them stays; undefined
 * where no figure is in days.
 */
export function changedByDays(plan: Plan, calibration: Calibration | null, held: Sql, days: number): Sql | undefined {
  const inDays = measuresInDays(plan).map((measure) => measure.name);
  if (inDays.length === 0) return undefined;
  const moving = withScoresOf(plan, inDays);
  const scores = plan.scores.map((score) => score.name).filter((score) => moving.has(score));
  const was = (score: string): Sql => name(`was ${score}`); // no figure has a space in its name
  const kept = [...plan.measures.map((one) => one.name), ...plan.scores.map((one) => one.name).filter((one) => !moving.has(one))];
  const columns = [...kept.map((one) => name(one)), ...scores.map((score) => sql`${name(score)} as ${was(score)}`)];
  const later = sql`(select customer_id, clause as "was clause", ${join(columns)} from ${rowsLater(plan, held, days)})`;
  const others = scores.map((score) => sql` or ${name(score)} is distinct from ${was(score)}`);
  return sql`select customer_id from ${rescoredSql(plan, later, moving, calibration)} where ${clauseSql(plan, calibration)} <> "was clause"${join(others, "")}`;
}

/** Does a day that passes give nearly everybody another figure that scores, fades or foretells by itself? */
export function changesDaily(plan: Plan): boolean {
  const days = new Set(measuresInDays(plan).map((measure) => measure.name));
  const ofDays = (score: CoreScore): boolean => (score.form === "weighted" || score.form === "formula") && madeOf(score).some((one) => days.has(one));
  return plan.measures.some((measure) => measure.take === "fading" || isForetold(measure)) || plan.scores.some(ofDays);
}
