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

export const sayPrediction = ({ model, out, rows, expected }: PredictAnswer, cli: Cli): string =>
  cli.text({
    zh: `${out}：${rows} 行；${models[model].prediction?.expected.zh}合计 ${shown(expected)}`,
    en: `${out}: ${rows} rows; ${models[model].prediction?.expected.en}, all together: ${shown(expected)}`,
  });
