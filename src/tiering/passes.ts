import { columnsOf } from "../customer/schema.js";
import { before, daysAfter, daysBetween } from "../platform/calendar/index.js";
import { toSql } from "../platform/expression/index.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import type { Cte, Moment } from "./cte.js";
import { type CoreMeasure, type Plan, typeOf } from "./plan.js";
import type { Take } from "./schema.js";

/** How a fact meets the day: its own time, rows without one, and what stands rather than happens. */
interface FactTime {
  time: string;
  /** Rows whose day is not known count on every day. */
  timeless: boolean;
  /** Columns that together name what a row is the state of; rows of one instance replace each other. */
  instance: readonly string[];
}

const factTimes = {
  customer: { time: "since_on", timeless: true, instance: [] },
  holding: { time: "opened_on", timeless: true, instance: ["holding_ref"] },
  balance: { time: "on_date", timeless: false, instance: ["account_ref", "kind"] },
  transaction: { time: "occurred_at", timeless: false, instance: [] },
  interaction: { time: "occurred_at", timeless: false, instance: [] },
  attribute: { time: "on_date", timeless: true, instance: [] },
} as const satisfies Record<CoreMeasure["fact"], FactTime>;

const f = (column: string): Sql => sql`f.${name(column)}`;
const time = (measure: CoreMeasure): Sql => f(factTimes[measure.fact].time);

/** Newest last; rows without a day come first. What a source said last of a customer counts, whenever they became one, as in the profile. */
const recency = (fact: CoreMeasure["fact"]): Sql =>
  fact === "customer" ? sql`row(f.recorded_at, f.rowid)` : sql`row(coalesce(${f(factTimes[fact].time)}, '0001-01-01'), f.recorded_at, f.rowid)`;

/** The rows of a fact that are visible on the day. */
function visible(fact: CoreMeasure["fact"], moment: Moment): Sql {
  const at = f(factTimes[fact].time);
  const until = sql`${at} < ${daysAfter(moment.asOf, 1)}::date`;
  const upToDay = factTimes[fact].timeless ? sql`(${at} is null or ${until})` : until;
  return sql`f.retracted_at is null and ${upToDay}`;
}

/** Of the newest rows, those that stand on the day: a contract closed by then does not, whatever its older rows say. */
const standing = (fact: CoreMeasure["fact"], moment: Moment): Sql =>
  fact === "holding" ? sql`(f.closed_on is null or f.closed_on > ${moment.asOf}::date)` : sql`true`;

/** Which visible rows a measure takes: its window, its attribute, its own condition. */
function taken(measure: CoreMeasure, moment: Moment): Sql[] {
  const conditions: Sql[] = [];
  if (measure.over !== null && measure.take !== "daily_average")
    conditions.push(sql`${time(measure)} >= ${daysAfter(before(moment.asOf, measure.over), 1)}::date`);
  if (measure.attribute !== null) conditions.push(sql`${f("name")} = ${measure.attribute}`);
  if (measure.where !== null) conditions.push(toSql(measure.where, f));
  return conditions;
}

const filtered = (aggregate: Sql, conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? aggregate : sql`${aggregate} filter (where ${join(conditions, " and ")})`;

/** One measure: what a pass aggregates, and what makes the figure of it. */
interface Aggregation {
  parts: readonly Sql[];
  figure(parts: readonly Sql[], moment: Moment): Sql;
}

/** Does each row without a value count as one of its own? */
const standsAlone = (measure: CoreMeasure): boolean => columnsOf(measure.fact).some((column) => column.name === measure.column && column.meta.alone === true);

const part = (parts: readonly Sql[], i: number): Sql => parts[i] ?? raw("null");

/** A new way to take a measure is one entry here. */
const aggregations = {
  count: (measure, conditions) => ({
    parts: [filtered(measure.column === null ? sql`count(*)` : sql`count(${f(measure.column)})`, conditions)],
    figure: (parts) => sql`coalesce(${part(parts, 0)}, 0)`,
  }),
  distinct: (measure, conditions) => {
    const column = measure.attribute === null ? f(measure.column ?? "") : raw("coalesce(f.text_value, f.number_value::varchar)");
    const different = filtered(sql`count(distinct ${column})`, conditions);
    if (!standsAlone(measure)) return { parts: [different], figure: (parts) => sql`coalesce(${part(parts, 0)}, 0)` };
    const without = filtered(sql`count(*)`, [...conditions, sql`${column} is null`]);
    return { parts: [different, without], figure: (parts) => sql`coalesce(${part(parts, 0)} + ${part(parts, 1)}, 0)` };
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
  daily_average: (measure, conditions, moment) => {
    const from = before(moment.asOf, measure.over ?? { count: 1, unit: "month" });
    const last = daysAfter(moment.asOf, 1);
    const days = sql`greatest(0, least(coalesce(f.until_on, ${last}::date), ${last}::date) - greatest(f.on_date, ${daysAfter(from, 1)}::date))`;
    return {
      parts: [filtered(sql`sum(f.amount * ${days})`, conditions)],
      figure: (parts) => sql`round(${part(parts, 0)} / ${daysBetween(from, moment.asOf)}, 4)`,
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
} as const satisfies Record<Take, (measure: CoreMeasure, conditions: readonly Sql[], moment: Moment) => Aggregation>;

/** What a pass reads: the rows as they are, the newest of every instance, or rows with the day until which they stand. */
type Reading = "rows" | "newest" | "spans";

function readingOf(measure: CoreMeasure): Reading {
  if (measure.take === "daily_average") return "spans";
  // Every row of a contract tells its whole state; a balance row tells one day.
  return measure.fact === "holding" || (measure.take === "latest" && factTimes[measure.fact].instance.length > 0) ? "newest" : "rows";
}

/** What names one account or contract; rows of a contract without a reference are each their own. */
const instanceOf = (fact: CoreMeasure["fact"]): Sql =>
  join([sql`f.party_id`, ...factTimes[fact].instance.map((column) => (column === "holding_ref" ? sql`coalesce(f.holding_ref, f.key::varchar)` : f(column)))]);

function relation(fact: CoreMeasure["fact"], reading: Reading, moment: Moment): { ctes: Cte[]; from: Sql; where: Sql } {
  const shown = visible(fact, moment);
  switch (reading) {
    case "rows":
      return { ctes: [], from: sql`${name(fact)} as f`, where: shown };
    case "newest": {
      const body = sql`select f.*, f.rowid as rowid from ${name(fact)} as f where ${shown}
  qualify row_number() over (partition by ${instanceOf(fact)} order by ${f(factTimes[fact].time)} desc nulls last, f.recorded_at desc, f.rowid desc) = 1`;
      return {
        ctes: [{ name: `${fact}_standing`, about: "the newest row of each account or contract", body }],
        from: sql`${name(`${fact}_standing`)} as f`,
        where: standing(fact, moment),
      };
    }
    case "spans": {
      const body = sql`select f.*, lead(f.on_date) over (partition by ${instanceOf(fact)} order by f.on_date, f.recorded_at, f.rowid) as until_on from ${name(fact)} as f where ${shown}`;
      return {
        ctes: [{ name: `${fact}_spans`, about: "each row with the day until which it stands", body }],
        from: sql`${name(`${fact}_spans`)} as f`,
        where: sql`true`,
      };
    }
  }
}

export interface Passes {
  ctes: Cte[];
  /** The figure of every measure, in the model's order. */
  columns: Sql[];
  /** CTEs with customer_id to join. */
  sources: string[];
}

/** One group-by over each fact for all the measures that read it the same way. */
export function measurePasses(plan: Plan, moment: Moment): Passes {
  const groups = new Map<string, { fact: CoreMeasure["fact"]; reading: Reading; parts: Sql[] }>();
  const columns = plan.measures.map((measure) => {
    const reading = readingOf(measure);
    const pass = reading === "rows" ? `${measure.fact}_figures` : `${measure.fact}_${reading}_figures`;
    const group = groups.get(pass) ?? { fact: measure.fact, reading, parts: [] };
    groups.set(pass, group);
    const { parts, figure } = aggregations[measure.take](measure, taken(measure, moment), moment);
    const held = parts.map((_, i) => sql`${name(pass)}.${raw(`p${group.parts.length + i}`)}`);
    group.parts.push(...parts);
    return sql`(${figure(held, moment)})::${raw(typeOf(plan, measure.name))} as ${name(measure.name)}`;
  });
  const ctes = [...groups].flatMap(([pass, { fact, reading, parts }]): Cte[] => {
    const { ctes: before, from, where } = relation(fact, reading, moment);
    const aggregated = join(
      parts.map((one, i) => sql`${one} as ${raw(`p${i}`)}`),
      ",\n    ",
    );
    const customer = moment.merged ? sql`coalesce(merged.customer_id, f.party_id)` : sql`f.party_id`;
    const mapped = moment.merged ? sql`${from} left join merged on merged.party_id = f.party_id and merged.retracted_at is null` : from;
    return [
      ...before,
      {
        name: pass,
        about: `one pass over ${fact}`,
        body: sql`select ${customer} as customer_id,\n    ${aggregated}\n  from ${mapped} where ${where} group by 1`,
      },
    ];
  });
  return { ctes, columns, sources: [...groups.keys()] };
}
