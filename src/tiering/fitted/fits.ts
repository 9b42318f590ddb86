import { daysAfter } from "../../platform/calendar/index.js";
import { name, type Reader, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Moment } from "../cte.js";
import type { FitModel, MeasureFit } from "../schema.js";
import { aside } from "./aside.js";
import { daysOf, historiesSql } from "./lives.js";
import type { Source } from "./sources.js";
import { type Fitted, fitContracts, fitPurchases, fitSpends, type Held, type Timeline } from "./work.js";

const none = new Float64Array();
const inWeeks = (days: Float64Array): Float64Array => days.map((count) => count / 7);

/** Fit one model to the histories of a source, which `makeLives` has left with their days. */
export async function fitModel(reader: Reader, model: FitModel, source: Source, { asOf }: Moment): Promise<MeasureFit> {
  const counted = async (fitted: Fitted, weight: Float64Array): Promise<MeasureFit> => ({
    ...fitted,
    as_of: asOf,
    customers: weight.reduce((sum, w) => sum + w, 0),
  });
  switch (model) {
    case "gamma_gamma": {
      const [x = none, spend = none, weight = none] = await reader.numbers(
        sql`select x, spend, count(*)::double as n from ${name(source.lived)} where x > 0 and spend > 0 group by 1, 2 order by 1, 2`,
      );
      return counted(await aside(fitSpends, { x, spend, weight }, x.length), weight);
    }
    case "kaplan_meier": {
      const [duration = none, ended = none, weight = none] = await reader.numbers(
        sql`select t, ended::integer::double as ended, count(*)::double as n from ${name(source.lived)} group by 1, 2 order by 1, 2`,
      );
      return counted(await aside(fitContracts, { duration, ended, weight }, duration.length), weight);
    }
    default: {
      const [x = none, t_x = none, t = none, weight = none] = await reader.numbers(
        sql`select x, t_x, t, count(*)::double as n from ${name(source.lived)} group by 1, 2, 3 order by 1, 2, 3`,
      );
      const rest = holdoutOf(t);
      const cutoff = daysAfter(asOf, -rest);
      const held = rest === 0 ? null : await heldOut(reader, source, cutoff);
      const timeline = { holdout: rest, repeated: await repeatedBy(reader, source, cutoff, asOf) };
      const toFit = { model, histories: { x, t_x: inWeeks(t_x), t: inWeeks(t), weight }, held, timeline };
      const fitted = await aside(fitPurchases, toFit, x.length);
      return counted(onDays(fitted, asOf, cutoff), weight);
    }
  }
}

const LEAST_SPAN = 26;
const LONGEST_REST = 52;

/** The last third of the time since the first purchase of all, at most a year, in days; 0 where that time is shorter than half a year. */
function holdoutOf(t: Float64Array): number {
  const weeks = Math.floor(t.reduce((most, days) => Math.max(most, days), 0) / 7);
  return weeks < LEAST_SPAN ? 0 : 7 * Math.min(LONGEST_REST, Math.floor(weeks / 3));
}

async function heldOut(reader: Reader, source: Source, cutoff: string): Promise<Held> {
  const days = name(daysOf(source));
  const later = sql`(select customer_id, count(*) as actual from ${days} where "day" > ${cutoff}::date group by 1)`;
  const [x = none, t_x = none, t = none, actual = none, weight = none] = await reader.numbers(
    sql`select x, t_x, t, coalesce(actual, 0)::double as actual, count(*)::double as n from (${historiesSql(days, cutoff)}) left join ${later} using (customer_id)
    group by all order by all`,
  );
  return { x, t_x: inWeeks(t_x), t: inWeeks(t), actual, weight };
}

/** Repeat purchases by day, of those who first bought up to the cut-off. */
async function repeatedBy(reader: Reader, source: Source, cutoff: string, asOf: string): Promise<Timeline["repeated"]> {
  const days = name(daysOf(source));
  const first: Sql = sql`(select customer_id, min("day") as first_on from ${days} group by 1)`;
  const [ago = none, purchases = none] = await reader.numbers(
    sql`select (${asOf}::date - "day")::double as ago, count(*)::double as n from ${days} join ${first} using (customer_id)
    where "day" > first_on and first_on <= ${cutoff}::date group by 1 order by 1 desc`,
  );
  return { ago, purchases };
}

/** Days ago as days. */
function onDays(fitted: Fitted, asOf: string, cutoff: string): Fitted {
  if (fitted.purchases === null) return fitted;
  const { tracking, holdout } = fitted.purchases;
  return {
    ...fitted,
    purchases: {
      ...fitted.purchases,
      tracking: tracking.map((point) => ({ ...point, on: daysAfter(asOf, -Number(point.on)) })),
      holdout: holdout && { ...holdout, from: cutoff, until: asOf },
    },
  };
}
