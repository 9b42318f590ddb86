import { facts } from "../customer/schema.js";
import { before, type Duration, daysAfter, forward } from "../platform/calendar/index.js";
import { print } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { measurableColumns } from "./catalogue.js";
import { decimalText, millionths, trimmed } from "./decimal.js";
import { modelTitles } from "./fitted/words.js";
import { contributions, type Figures, isPast } from "./grade.js";
import { type BandedScore, type CoreMeasure, type CoreScore, type Foretold, isOrdered, isPartOfAll, madeOf, type Plan } from "./plan.js";
import type { Calibration, Take } from "./schema.js";

type Shown = string | number | boolean | null;

/** A number for the eye: thousands apart, no trailing zeros. Never rounded: beside a threshold that would be untrue. */
export const grouped = (text: string): string => {
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(trimmed(text)) ?? [];
  return whole === "" ? text : `${sign}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}${rest}`;
};

/** A figure as a sentence has it, and a word for nothing. */
export const said = (plan: Plan, figure: string, value: Shown): Text => {
  if (value === null) return { zh: "（无）", en: "(none)" };
  const isText = plan.measures.some((one) => one.name === figure && one.kind === "text");
  const text = isText ? String(value) : grouped(String(value));
  return { zh: text, en: text };
};

/** The title of a measure or score, or its name. */
export const titleOf = (plan: Plan, name: string): Text => [...plan.measures, ...plan.scores].find((one) => one.name === name)?.title ?? { zh: name, en: name };

const takeWords = {
  count: (of: Text) => ({ zh: `${of.zh}的条数`, en: `number of ${of.en}` }),
  distinct: (of: Text) => ({ zh: `${of.zh}的不同值个数`, en: `number of different values, ${of.en}` }),
  share: (of: Text) => ({ zh: `${of.zh}的不同值占全体客户所有不同值的比例`, en: `different values, ${of.en}, as a share of all that customers have` }),
  sum: (of: Text) => ({ zh: `${of.zh}之和`, en: `sum of ${of.en}` }),
  average: (of: Text) => ({ zh: `${of.zh}的平均值`, en: `mean of ${of.en}` }),
  minimum: (of: Text) => ({ zh: `${of.zh}的最小值`, en: `smallest ${of.en}` }),
  maximum: (of: Text) => ({ zh: `${of.zh}的最大值`, en: `largest ${of.en}` }),
  daily_average: (of: Text) => ({ zh: `${of.zh}的日均值`, en: `daily average of ${of.en}` }),
  latest: (of: Text) => ({ zh: `最新的${of.zh}`, en: `newest ${of.en}` }),
  days_since_last: (of: Text) => ({ zh: `距最近一次${of.zh}的天数`, en: `days since the last of ${of.en}` }),
  days_since_first: (of: Text) => ({ zh: `距第一次${of.zh}的天数`, en: `days since the first of ${of.en}` }),
  active_months: (of: Text) => ({ zh: `有${of.zh}的月数`, en: `months with ${of.en}` }),
  growth: (of: Text) => ({ zh: `${of.zh}比之前同样长的一段时间的增长率`, en: `growth of ${of.en} over the same length of time before` }),
  trend: (of: Text) => ({ zh: `${of.zh}逐月的趋势（每月增减）`, en: `trend of ${of.en} from month to month` }),
  fading: (of: Text) => ({ zh: `${of.zh}，越久远越轻`, en: `${of.en}, the older the lighter` }),
  variation: (of: Text) => ({ zh: `${of.zh}逐月的变异系数`, en: `variation of ${of.en} from month to month` }),
  lifetime_value: (of: Text) => ({ zh: `按${of.zh}预测的客户终身价值`, en: `lifetime value foretold from ${of.en}` }),
  expected_purchases: (of: Text) => ({ zh: `按${of.zh}预测的购买次数`, en: `purchases foretold from ${of.en}` }),
  probability_alive: (of: Text) => ({ zh: `按${of.zh}预测的仍活跃概率`, en: `probability to be still a buyer, from ${of.en}` }),
  expected_spend: (of: Text) => ({ zh: `按${of.zh}预测的每次消费金额`, en: `spend per purchase foretold from ${of.en}` }),
  survival: (of: Text) => ({ zh: `按${of.zh}预测的留存概率`, en: `probability to stay, from ${of.en}` }),
} as const satisfies Record<Take, (of: Text) => Text>;

/** The share of a whole that the catalogue names, whoever holds of it. */
const ofCatalogue = (of: Text): Text => ({
  zh: `${of.zh}的不同值占产品目录全部产品大类的比例`,
  en: `different values, ${of.en}, as a share of all families in the catalogue`,
});

const units = {
  day: { zh: "天", en: "day" },
  week: { zh: "周", en: "week" },
  month: { zh: "个月", en: "month" },
  year: { zh: "年", en: "year" },
} as const satisfies Record<Duration["unit"], Text>;

/** '12 months' as a sentence has it. */
export const lengthOf = ({ count, unit }: Duration): Text => ({ zh: `${count} ${units[unit].zh}`, en: `${count} ${units[unit].en}${count === 1 ? "" : "s"}` });

/** How far ahead, what it is worth today, and by which models. */
function howForetold({ fit, horizon, margin, discount, every }: Foretold): Text[] {
  const ahead = horizon && lengthOf(horizon);
  const pays = every && lengthOf(every);
  return [
    ...(ahead === null ? [] : [{ zh: `今后 ${ahead.zh}内`, en: `within ${ahead.en}` }]),
    ...(pays === null ? [] : [{ zh: `每 ${pays.zh}支付一次`, en: `paid every ${pays.en}` }]),
    ...(margin === 1 ? [] : [{ zh: `利润率 ${percent(margin)}`, en: `margin ${percent(margin)}` }]),
    ...(discount === 0 ? [] : [{ zh: `年折现率 ${percent(discount)}`, en: `discounted by ${percent(discount)} a year` }]),
    { zh: `模型 ${fit.map((model) => modelTitles[model].zh).join(" + ")}`, en: `by ${fit.map((model) => modelTitles[model].en).join(" + ")}` },
  ];
}

const percent = (share: number): string => `${Number((share * 100).toFixed(4))}%`;

/** What a measure takes of, in words. */
export function whatOf(measure: CoreMeasure): Text {
  const fact = facts[measure.fact].label;
  const column = measurableColumns(measure.fact).find((one) => one.name === measure.column)?.meta.label;
  if (measure.attribute !== null) return { zh: `属性 ${measure.attribute}`, en: `attribute ${measure.attribute}` };
  if (column === undefined) return { zh: fact.zh, en: fact.en.toLowerCase() };
  return { zh: column.zh === fact.zh ? fact.zh : `${fact.zh}的${column.zh}`, en: `${column.en.toLowerCase()} of ${fact.en.toLowerCase()}` };
}

/** How a measure came about: what was taken of what, from when to when, under which condition. */
export function howMeasured(measure: CoreMeasure, asOf: string): Text {
  const of = whatOf(measure);
  const taken = measure.take === "share" && !isPartOfAll(measure) ? ofCatalogue(of) : takeWords[measure.take](of);
  const from = measure.over === null ? null : daysAfter(before(asOf, measure.over), 1);
  const window = from === null ? { zh: `截至 ${asOf}`, en: `up to ${asOf}` } : { zh: `${from} 至 ${asOf}`, en: `${from} to ${asOf}` };
  const rules = [
    ...(measure.dueWithin === null
      ? []
      : [
          {
            zh: `${daysAfter(asOf, 1)} 至 ${forward(asOf, measure.dueWithin)} 到期`,
            en: `maturing ${daysAfter(asOf, 1)} to ${forward(asOf, measure.dueWithin)}`,
          },
        ]),
    ...(measure.halfLife === null ? [] : [{ zh: `每 ${measure.halfLife} 天减半`, en: `half after ${measure.halfLife} days` }]),
    ...(measure.where === null ? [] : [{ zh: `条件 ${print(measure.where)}`, en: `where ${print(measure.where)}` }]),
    ...(measure.foretold === null ? [] : howForetold(measure.foretold)),
    ...(measure.default === null ? [] : [{ zh: `没有则为 ${measure.default}`, en: `${measure.default} where there is none` }]),
    ...(measure.atLeast === null ? [] : [{ zh: `至少按 ${measure.atLeast} 计`, en: `counted as at least ${measure.atLeast}` }]),
    ...(measure.atMost === null ? [] : [{ zh: `至多按 ${measure.atMost} 计`, en: `counted as at most ${measure.atMost}` }]),
  ];
  return { zh: [taken.zh, window.zh, ...rules.map((one) => one.zh)].join("，"), en: [taken.en, window.en, ...rules.map((one) => one.en)].join(", ") };
}

function howBanded(plan: Plan, score: BandedScore, edges: readonly string[], figures: Figures): Text {
  const value = figures[score.of] ?? null;
  const title = titleOf(plan, score.of);
  if (value === null) {
    return score.missing === null
      ? { zh: `没有${title.zh}，因此没有评分`, en: `without ${title.en} there is no score` }
      : { zh: `没有${title.zh}，按规定记 ${score.missing} 分`, en: `without ${title.en} the score is ${score.missing}` };
  }
  // A calibrated edge is the last value of its band; a fixed one is the first of the next.
  const passes = (edge: string): boolean => {
    if (score.form !== "edges") return isPast(value, edge, score.better);
    return score.better === "higher" ? millionths(String(value)) >= millionths(edge) : millionths(String(value)) <= millionths(edge);
  };
  const band = 1 + edges.filter(passes).length;
  const fixed = score.form === "edges";
  const beyond = score.better === "higher" ? (fixed ? "≥" : ">") : fixed ? "≤" : "<";
  const passed = edges[band - 2];
  const ahead = edges[band - 1];
  // With many ties several bands end at one value: past it, all of them are passed at once.
  const beyondAhead = ahead === undefined ? band : edges.lastIndexOf(ahead) + 2;
  const zh = [`${title.zh} ${said(plan, score.of, value).zh}`];
  const en = [`${title.en} ${said(plan, score.of, value).en}`];
  if (passed !== undefined && !passed.endsWith("inf")) for (const words of [zh, en]) words.push(`${beyond} ${grouped(passed)}`);
  const next =
    ahead === undefined || ahead.endsWith("inf")
      ? { zh: "", en: "" }
      : { zh: `；${beyond} ${grouped(ahead)} 时为 ${beyondAhead} 分`, en: `; ${beyond} ${grouped(ahead)} would be ${beyondAhead}` };
  return { zh: `${zh.join(" ")}，${edges.length + 1} 档中的第 ${band} 档${next.zh}`, en: `${en.join(" ")}: band ${band} of ${edges.length + 1}${next.en}` };
}

/** The formula, and the values it was made of. */
function howFormulated(plan: Plan, score: CoreScore & { form: "formula" }, figures: Figures): Text {
  const text = print(score.formula);
  const made = madeOf(score).map((of) => {
    const [title, value] = [titleOf(plan, of), said(plan, of, figures[of] ?? null)];
    return { zh: `${title.zh} ${value.zh}`, en: `${title.en} ${value.en}` };
  });
  const missing =
    (figures[score.name] ?? null) === null ? { zh: "；算不出数，因此没有评分", en: "; it gives no number, so there is no score" } : { zh: "", en: "" };
  return {
    zh: `${text}（${made.map((one) => one.zh).join("，")}）${missing.zh}`,
    en: `${text} (${made.map((one) => one.en).join(", ")})${missing.en}`,
  };
}

/** How a score came about: the edge that was passed and the one ahead, or the weighted sum spelt out. */
export function howScored(plan: Plan, score: CoreScore, figures: Figures, calibration: Calibration | null): Text {
  if (score.form === "edges") return howBanded(plan, score, score.edges.map(String), figures);
  if (score.form === "formula") return howFormulated(plan, score, figures);
  if (score.form !== "weighted") {
    const title = titleOf(plan, score.of);
    const edges = calibration?.bands[score.name];
    if (isOrdered(score) || edges === undefined)
      return { zh: `按${title.zh}排序后等分为 ${score.bands} 组`, en: `${score.bands} groups of equal size by ${title.en}` };
    return howBanded(plan, score, edges, figures);
  }
  const parts = contributions(score, figures);
  if (parts === null) return { zh: "缺少组成部分，因此没有评分", en: "a part is missing, so there is no score" };
  const spelt = score.weights.map(({ of, weight }) => `${trimmed(weight)} × ${trimmed(String(figures[of]))}`).join(" + ");
  const text = `${spelt} = ${decimalText(parts.reduce((sum, part) => sum + part.value, 0n))}`;
  return { zh: text, en: text };
}
