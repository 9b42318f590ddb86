import type { Cli } from "../platform/cli/index.js";
import type { ModelFits } from "./schema.js";
import { grouped } from "./words.js";

type Fit = ModelFits["fits"][number];

/** Six digits tell a person enough. */
const shown = (value: number): string => grouped(String(Number(value.toPrecision(6))));

export function sayFits({ title, as_of, calibrate, fits }: ModelFits, cli: Cli): string {
  const head = cli.text({ zh: `${title.zh}，截至 ${as_of}；${calibrate.zh}`, en: `${title.en} as of ${as_of}; ${calibrate.en}` });
  if (fits.length === 0) return `${head}\n${cli.text({ zh: "这个模型没有预测类指标。", en: "The model foretells nothing." })}`;
  return [head, ...fits.map((fit) => sayFit(fit, cli))].join("\n\n");
}

function sayFit(fit: Fit, cli: Cli): string {
  const { title, of, measures, customers, as_of, lacking, parameters, standard_errors, warnings, verdict } = fit;
  const names = measures.map((one) => cli.text(one.title)).join(cli.text({ zh: "、", en: ", " }));
  const lines = [
    cli.text({
      zh: `${title.zh}（${of.zh}），拟合于 ${as_of}，${grouped(String(customers))} 位客户；用于：${names}`,
      en: `${title.en} (${of.en}), fitted as of ${as_of} to ${grouped(String(customers))} customers; for: ${names}`,
    }),
  ];
  lines.push(cli.text(verdict));
  if (lacking !== null) return lines.join("\n");
  const columns = [
    { zh: "参数", en: "Parameter" },
    { zh: "估计值", en: "Estimate" },
    { zh: "标准误", en: "Standard error" },
  ].map((one) => cli.text(one));
  const rows = Object.entries(parameters).map(([name, value]) => [name, shown(value), standard_errors === null ? "—" : shown(standard_errors[name] ?? 0)]);
  if (rows.length > 0) lines.push(cli.table(columns, rows));
  lines.push(...sayHeld(fit, cli), ...warnings.map((one) => cli.text(one)));
  return lines.join("\n");
}

/** How it did on what it had not seen. */
function sayHeld({ purchases, spend, staying }: Fit, cli: Cli): string[] {
  const holdout = purchases?.holdout ?? null;
  return [
    ...(holdout === null
      ? []
      : [
          cli.text({
            zh: `留出检验 ${holdout.from} 之后至 ${holdout.until}：实际 ${shown(holdout.actual)} 次，预测 ${shown(holdout.expected)} 次，按原频率推算 ${shown(holdout.naive)} 次；平均误差 ${shown(holdout.expected_error)}（按原频率 ${shown(holdout.naive_error)}）`,
            en: `Held out after ${holdout.from} up to ${holdout.until}: ${shown(holdout.actual)} purchases came, ${shown(holdout.expected)} were foretold, ${shown(holdout.naive)} at the rates of before; mean error ${shown(holdout.expected_error)} (at those rates ${shown(holdout.naive_error)})`,
          }),
        ]),
    ...(spend === null ? [] : [cli.text({ zh: `平均消费 ${shown(spend.mean)}`, en: `Mean spend ${shown(spend.mean)}` })]),
    ...(staying === null ? [] : [cli.text({ zh: `其中 ${shown(staying.ended)} 位已结束`, en: `Of these ${shown(staying.ended)} have ended` })]),
  ];
}
