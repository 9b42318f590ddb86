import type { Cli } from "../../platform/cli/index.js";
import type { BreaksAnswer } from "./breaks.js";
import type { FitAnswer } from "./fit.js";
import { models } from "./models.js";
import type { PredictAnswer } from "./predict.js";
import type { SummaryAnswer, Unit } from "./summarize.js";

/** Six digits tell a person enough. */
const shown = (value: number): string => String(Number(value.toPrecision(6)));

export function sayBreaks({ classes, gvf }: BreaksAnswer, cli: Cli): string {
  const head = [
    { zh: "类", en: "Class" },
    { zh: "最小值", en: "Smallest" },
    { zh: "最大值", en: "Largest" },
    { zh: "个数", en: "Count" },
  ];
  const table = cli.table(
    head.map((one) => cli.text(one)),
    classes.map(({ min, max, count }, i) => [String(i + 1), shown(min), shown(max), count]),
  );
  const fit = gvf === 1 ? "100" : (Math.floor(gvf * 1e4) / 100).toFixed(2);
  return `${table}\n${cli.text({ zh: `各类解释了 ${fit}% 的差异（GVF）。`, en: `The classes explain ${fit} % of how the values differ (GVF).` })}`;
}

export function sayFit({ model, parameters, standard_errors, log_likelihood, seconds }: FitAnswer, cli: Cli): string {
  const head = [
    { zh: "参数", en: "Parameter" },
    { zh: "估计值", en: "Estimate" },
    { zh: "标准误", en: "Standard error" },
  ];
  const rows = Object.entries(parameters).map(([name, value]) => [name, shown(value), standard_errors === null ? "" : shown(standard_errors[name] ?? 0)]);
  const told = {
    zh: `对数似然 ${log_likelihood.toFixed(1)}，用时 ${seconds.toFixed(2)} 秒`,
    en: `Log-likelihood ${log_likelihood.toFixed(1)}, in ${seconds.toFixed(2)} s`,
  };
  const table = cli.table(
    head.map((one) => cli.text(one)),
    rows,
  );
  return [cli.text(models[model].title), table, cli.text(told)].join("\n");
}

const unitWords = {
  day: { zh: "天", en: "days" },
  week: { zh: "周", en: "weeks" },
  month: { zh: "月（平均 30.44 天）", en: "months (30.44 days, their mean)" },
  year: { zh: "年（平均 365.24 天）", en: "years (365.24 days, their mean)" },
} as const satisfies Record<Unit, { zh: string; en: string }>;

export function saySummary({ out, customers, repeating, unit, until, holdout, last_day }: SummaryAnswer, cli: Cli): string {
  const lines = [
    {
      zh: `${out}：${customers} 位客户，截至 ${until}，其中 ${repeating} 位有复购；时间以${unitWords[unit].zh}计`,
      en: `${out}: ${customers} customers up to ${until}, ${repeating} of them with repeat purchases; times in ${unitWords[unit].en}`,
    },
  ];
  if (holdout !== null && holdout > last_day)
    lines.push({
      zh: `文件中的最后一笔购买在 ${last_day}，早于 --holdout ${holdout}：actual 可能不全`,
      en: `The file's last purchase is of ${last_day}, before --holdout ${holdout}: actual may not be all there was`,
    });
  return lines.map((line) => cli.text(line)).join("\n");
}

/** Purchases add up; what one purchase brings has a mean. */
export function sayPrediction({ model, out, rows, customers, unknown, expected }: PredictAnswer, cli: Cli): string {
  const what = models[model].prediction?.expected;
  const known = customers - unknown;
  const sum =
    model === "gamma_gamma"
      ? { zh: `平均${what?.zh} ${shown(known > 0 ? expected / known : 0)}`, en: `${what?.en}, on average: ${shown(known > 0 ? expected / known : 0)}` }
      : { zh: `${what?.zh}合计 ${shown(expected)}`, en: `${what?.en}, all together: ${shown(expected)}` };
  const of =
    customers === rows
      ? { zh: `${rows} 行`, en: `${rows} rows` }
      : { zh: `${rows} 行，代表 ${shown(customers)} 位客户`, en: `${rows} rows of ${shown(customers)} customers` };
  const lines = [{ zh: `${out}：${of.zh}；${sum.zh}`, en: `${out}: ${of.en}; ${sum.en}` }];
  if (unknown > 0)
    lines.push({
      zh: `其中 ${shown(unknown)} 位无法预测（按这些参数其平均值没有上界），expected 留空`,
      en: `Nothing can be said of ${shown(unknown)} of them (by these parameters their mean has no bound): expected is empty there`,
    });
  return lines.map((line) => cli.text(line)).join("\n");
}
