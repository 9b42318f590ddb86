import { daysBetween, forward } from "../../platform/calendar/index.js";
import { join, name, type Session, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Moment } from "../cte.js";
import type { ForetoldMeasure, Plan } from "../plan.js";
import type { MeasureFit } from "../schema.js";
import { aside } from "./aside.js";
import { fitModel } from "./fits.js";
import { makeLives } from "./lives.js";
import { fitKey, fitsNeeded, type Source, sourcesOf } from "./sources.js";
import { hasNoMean } from "./verdict.js";
import { foretell, type Wanted } from "./work.js";

type Fits = Readonly<Record<string, MeasureFit>>;

/**
 * What every customer is foretold, in one temporary table per kind of history that the measures' pass joins: by the fits that are
 * kept or, without them, by fits to everybody's history up to the day. The fits.
 */
export async function foretellAll(session: Session, plan: Plan, moment: Moment, kept: Fits | null): Promise<Fits> {
  for (const source of sourcesOf(plan)) await makeLives(session, plan, source, moment, kept === null);
  const fits: Record<string, MeasureFit> = { ...kept };
  if (kept === null) for (const { key, model, source } of fitsNeeded(plan)) fits[key] = await fitModel(session, model, source, moment);
  for (const source of sourcesOf(plan)) await foretellFrom(session, plan, source, moment, fits);
  return fits;
}

async function foretellFrom(session: Session, plan: Plan, source: Source, moment: Moment, fits: Fits): Promise<void> {
  const fitOf = (measure: ForetoldMeasure, spend: boolean): MeasureFit | undefined => {
    const model = measure.foretold.fit.find((one) => (one === "gamma_gamma") === spend);
    return model === undefined ? undefined : fits[fitKey(plan, measure, model)];
  };
  const told = name(`${source.foretold}_told`);
  const different = sql`select distinct x, t_x, t from ${name(source.lived)} where not ended`;
  const [x = none, t_x = none, t = none] = await session.numbers(sql`${different} order by all`);
  const weeksTo = (day: string): number => daysBetween(moment.asOf, day) / 7;
  const wanted = source.measures.flatMap((measure): (Wanted & { name: string })[] => {
    const { take, discount } = measure.foretold;
    const fit = fitOf(measure, false);
    const horizon = measure.foretold.horizon === null ? 0 : weeksTo(forward(moment.asOf, measure.foretold.horizon));
    return fit === undefined ? [] : [{ name: measure.name, take, fit, horizon, payments: paymentDays(moment.asOf, measure).map(weeksTo), discount }];
  });
  const contracts = source.measures[0].fact === "holding";
  const weeks = (days: Float64Array): Float64Array => (contracts ? days : days.map((count) => count / 7));
  const toForetell = { histories: { x, t_x: weeks(t_x), t: weeks(t) }, wanted: wanted.map(({ name: _, ...one }) => one) };
  const columns = await aside(foretell, toForetell, x.length);
  const typed = ["x", "t_x", "t", ...wanted.map((one) => one.name)].map((column) => sql`0::double as ${name(column)}`);
  await session.run(sql`create or replace temp table ${told} as select ${join(typed)} where false`);
  await session.appendNumbers(`${source.foretold}_told`, [x, t_x, t, ...columns]);
  const figures = source.measures.map((measure) => sql`${figureOf(measure, fitOf(measure, true))} as ${name(measure.name)}`);
  await session.run(
    sql`create or replace temp table ${name(source.foretold)} as select customer_id, ${join(figures)} from ${name(source.lived)} as lived left join ${told} as told using (x, t_x, t)`,
  );
  await session.run(sql`drop table ${told}`);
}

/** On which days after this one a contract is paid for, up to and on the horizon: twelve times in twelve months, whatever their days. */
export function paymentDays(asOf: string, { foretold: { every, horizon } }: Pick<ForetoldMeasure, "foretold">): string[] {
  if (every === null || horizon === null) return [];
  const last = forward(asOf, horizon);
  const days: string[] = [];
  for (let k = 1; k <= daysBetween(asOf, last); k++) {
    const day = forward(asOf, { ...every, count: k * every.count });
    if (day > last) break;
    days.push(day);
  }
  return days;
}

const none = new Float64Array();

/** A customer's figure: of what is told of the history, and of what is spent or paid. Four decimals, which the pass makes a decimal of. */
function figureOf({ name: measure, foretold: { take, margin }, fact }: ForetoldMeasure, spends: MeasureFit | undefined): Sql {
  const told = sql`told.${name(measure)}`;
  switch (take) {
    case "expected_spend":
      return sql`round(${spendSql(spends)}, 4)`;
    case "lifetime_value":
      return fact === "holding"
        ? sql`case when ended then 0 else round(${margin}::double * ${told} * spend, 4) end`
        : sql`round(${margin}::double * ${told} * ${spendSql(spends)}, 4)`;
    case "survival":
      return sql`case when ended then 0 else round(${told}, 4) end`;
    default:
      return sql`round(${told}, 4)`;
  }
}

/** What a customer is expected to spend on one purchase: between the own mean and that of all, by how often they bought (Fader & Hardie 2013). Nothing where either is not known. */
function spendSql(fit: MeasureFit | undefined): Sql {
  if (fit === undefined || fit.lacking !== null || hasNoMean(fit)) return sql`null::double`;
  const { p = 0, q = 0, v = 0 } = fit.parameters;
  const number = (value: number): Sql => sql`${value}::double`;
  const weight = sql`(${number(p)} * x + ${number(q - 1)})`;
  const own = sql`case when x = 0 then 0 when spend > 0 then x * spend end`;
  return sql`case when ${weight} > 0 then ${number(p)} * (${number(v)} + ${own}) / ${weight} end`;
}
