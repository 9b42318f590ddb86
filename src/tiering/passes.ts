import { daysAfter } from "../platform/calendar/index.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { catalogue } from "./catalogue.js";
import { type Cte, isAsked, isKnown, type Moment } from "./cte.js";
import { foretoldFrom, sourcesOf } from "./fitted/sources.js";
import { type CoreMeasure, foretells, type Plan, placesItsWindow, speaksOfFamily, typeOf } from "./plan.js";
import { aggregations, f, factTimes, standsBetween, taken } from "./takes.js";

/** The rows of a fact that are visible on the day. */
function visible(fact: CoreMeasure["fact"], moment: Moment): Sql {
  const at = f(factTimes[fact].time);
  const until = sql`${at} < ${daysAfter(moment.asOf, 1)}::date`;
  const upToDay = factTimes[fact].timeless ? sql`(${at} is null or ${until})` : until;
  return sql`${isKnown(moment, "f")} and ${upToDay}${isAsked(moment, "f")}`;
}

/** Of the newest rows, those that stand on the day: a contract closed by then does not, whatever its older rows say. */
const standing = (fact: CoreMeasure["fact"], moment: Moment): Sql =>
  fact === "holding" ? sql`(f.closed_on is null or f.closed_on > ${moment.asOf}::date)` : sql`true`;

/** What a pass reads: the rows as they are, the newest of every instance, or rows with the day until which they stand. */
type Reading = "rows" | "newest" | "spans";

function readingOf(measure: CoreMeasure): Reading {
  if (placesItsWindow(measure.take) && standsBetween(measure.fact)) return "spans";
  // Every row of a contract tells its whole state; a balance row tells one day.
  return measure.fact === "holding" || (measure.take === "latest" && factTimes[measure.fact].instance.length > 0) ? "newest" : "rows";
}

/** What names one account or contract; rows of a contract without a reference are each their own. */
const instanceOf = (fact: CoreMeasure["fact"]): Sql =>
  join([sql`f.party_id`, ...factTimes[fact].instance.map((column) => (column === "holding_ref" ? sql`coalesce(f.holding_ref, f.key::varchar)` : f(column)))]);

interface Relation {
  ctes: Cte[];
  from: Sql;
  where: Sql;
}

function relation(fact: CoreMeasure["fact"], reading: Reading, moment: Moment): Relation {
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

/** A figure with what the model says of who has none, and of extremes. */
function bounded({ default: none, atLeast, atMost }: CoreMeasure, figure: Sql): Sql {
  const number = (value: number): Sql => raw(value.toFixed(4));
  const known = none === null ? figure : sql`coalesce(${figure}, ${number(none)})`;
  const raised = atLeast === null ? known : sql`case when ${known} < ${number(atLeast)} then ${number(atLeast)} else ${known} end`;
  return atMost === null ? raised : sql`case when ${raised} > ${number(atMost)} then ${number(atMost)} else ${raised} end`;
}

/** Rows of a fact with their products and customers, as a relation `f`, and whose they are. */
function rowsOf({ from: rows, ...read }: Relation, families: boolean, moment: Moment): Relation & { customer: Sql } {
  const from = families ? sql`${rows} left join catalogue on catalogue.product = f.product` : rows;
  return moment.merged
    ? {
        ...read,
        from: sql`${from} left join merged on merged.party_id = f.party_id and ${isKnown(moment, "merged")}`,
        customer: sql`coalesce(merged.customer_id, f.party_id)`,
      }
    : { ...read, from, customer: sql`f.party_id` };
}

const catalogueFor = (measures: readonly CoreMeasure[], moment: Moment): Cte[] => (measures.some(speaksOfFamily) ? [catalogue(moment)] : []);

/** The rows a measure takes, newest of each contract where contracts are its rows: `f` with whose they are, and the CTEs that go before. */
export function takenRows(measure: CoreMeasure, moment: Moment): Relation & { customer: Sql } {
  const read = rowsOf(relation(measure.fact, measure.fact === "holding" ? "newest" : "rows", moment), speaksOfFamily(measure), moment);
  // of contracts those that are closed tell most
  const where = join([measure.fact === "holding" ? sql`true` : read.where, ...taken(measure, moment)], " and ");
  return { ...read, ctes: [...catalogueFor([measure], moment), ...read.ctes], where };
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
  const groups = new Map<string, { fact: CoreMeasure["fact"]; reading: Reading; families: boolean; parts: Sql[]; overall: Sql[] }>();
  const columns = plan.measures.map((measure) => {
    const figureOf = (figure: Sql): Sql => sql`(${bounded(measure, figure)})::${raw(typeOf(plan, measure.name))} as ${name(measure.name)}`;
    if (foretells(measure.take)) return figureOf(sql`${name(foretoldFrom(plan, measure))}.${name(measure.name)}`);
    const reading = readingOf(measure);
    const pass = reading === "rows" ? `${measure.fact}_figures` : `${measure.fact}_${reading}_figures`;
    const group = groups.get(pass) ?? { fact: measure.fact, reading, families: false, parts: [], overall: [] };
    groups.set(pass, group);
    group.families ||= speaksOfFamily(measure);
    const { parts, overall, figure } = aggregations[measure.take](measure, taken(measure, moment), moment);
    const held = parts.map((_, i) => sql`${name(pass)}.${raw(`p${group.parts.length + i}`)}`);
    group.parts.push(...parts);
    if (overall !== undefined) group.overall.push(overall);
    const ofAll = sql`(select ${raw(`p${group.overall.length - 1}`)} from ${name(`${pass}_overall`)})`;
    return figureOf(figure(held, moment, ofAll));
  });
  const ctes = [...groups].flatMap(([pass, { fact, reading, families, parts, overall }]): Cte[] => {
    const read = relation(fact, reading, moment);
    const { ctes: before, from, where, customer } = rowsOf(read, families, moment);
    const numbered = (some: readonly Sql[]): Sql =>
      join(
        some.map((one, i) => sql`${one} as ${raw(`p${i}`)}`),
        ",\n    ",
      );
    return [
      ...before,
      {
        name: pass,
        about: `one pass over ${fact}`,
        body: sql`select ${customer} as customer_id,\n    ${numbered(parts)}\n  from ${from} where ${where} group by 1`,
      },
      ...(overall.length === 0 ? [] : [{ name: `${pass}_overall`, about: "of everybody", body: sql`select ${numbered(overall)} from ${from} where ${where}` }]),
    ];
  });
  return { ctes: [...catalogueFor(plan.measures, moment), ...ctes], columns, sources: [...groups.keys(), ...sourcesOf(plan).map((source) => source.foretold)] };
}
