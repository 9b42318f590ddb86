import type { Text } from "../../platform/schema.js";
import type { Warning } from "../fit/warnings.js";
import type { MeasureFit } from "../schema.js";

/** As a share of the error at the rates of before: less than this is worth telling. */
const BETTER = 0.98;
/** All purchases of the time held out, foretold within this share of what came. */
const CLOSE = 0.15;

/** The mean that the spend of those with few purchases is drawn towards has no bound, or none that the data know of: nobody is told a number. */
export const hasNoMean = ({ warnings }: Pick<MeasureFit, "warnings">): boolean => noMean.some((one) => warnings.includes(one));
const noMean: readonly Warning[] = ["no_population_mean", "population_mean_far"];

/** Can what is foretold by this fit be relied on, and by what is that known? `lacking`: why there is none, in words. */
export function verdictOf(fit: MeasureFit, lacking: Text | null): Text {
  if (lacking !== null) return { zh: `没有预测：${lacking.zh}。`, en: `Nothing is predicted: ${lacking.en}.` };
  if (fit.spend !== null) return ofSpend(fit);
  if (fit.staying !== null)
    return {
      zh: "留存率来自所有合约的实际记录，看区间的宽窄；没有留出时间另行检验。",
      en: "The curve is what all contracts did; how sure it is, the interval tells. It was not tested on a time held out.",
    };
  const untold = dropoutUntold(fit.warnings)
    ? {
        zh: "数据看不出谁已流失：仍在购买的概率没有数字，模型改用您给的默认值。",
        en: "The data do not tell who has left: there is no chance of still buying, and the model takes the default it was given.",
      }
    : undefined;
  const tested = ofHoldout(fit);
  return untold === undefined ? tested : { zh: `${tested.zh}${untold.zh}`, en: `${tested.en} ${untold.en}` };
}

const dropoutUntold = (warnings: readonly string[]): boolean =>
  warnings.includes("dropout_not_identified") || warnings.includes("dropout_spread_not_identified");

function ofSpend(fit: MeasureFit): Text {
  if (hasNoMean(fit)) return { zh: "不能：没有预测，依赖它的指标没有数字。", en: "No: nothing is predicted by it, and measures that need it have no number." };
  if (!fit.identified || fit.warnings.length > 0) return { zh: "请谨慎使用，原因另见。", en: "With care, for the reasons told." };
  return { zh: "没有发现问题。", en: "Nothing speaks against it." };
}

const two = (value: number): string => value.toFixed(2);
const percent = (share: number): string => `${Math.round(100 * share)}%`;

function ofHoldout({ purchases }: MeasureFit): Text {
  const held = purchases?.holdout ?? null;
  if (held === null)
    return { zh: "未经检验：购买记录不足半年，无法留出一段时间。", en: "Untested: with less than half a year of purchases no part of it could be held out." };
  const off = held.actual === 0 ? null : Math.abs(held.expected / held.actual - 1);
  const better = held.expected_error < BETTER * held.naive_error;
  const errors = {
    zh: `留出的时间里，每位客户平均误差 ${two(held.expected_error)} 次，按原频率推算为 ${two(held.naive_error)} 次${off === null ? "" : `；总数偏差 ${percent(off)}`}。`,
    en: `in the time held out it erred by ${two(held.expected_error)} purchases a customer, the rate of before by ${two(held.naive_error)}${off === null ? "" : `; in all it was off by ${percent(off)}`}.`,
  };
  const word =
    better && off !== null && off <= CLOSE
      ? { zh: "可以参考：", en: "Yes: " }
      : better
        ? { zh: "排序可以参考，总数不可：", en: "For who buys more than whom, but not for the sum: " }
        : { zh: "不比按原频率推算更好：", en: "No better than the rate of before: " };
  const partly = dropoutUntold(held.warnings)
    ? { zh: "检验所用的那段时间看不出流失，因此流失部分未经检验。", en: " The part it was tested by does not tell dropout, so that was not tested." }
    : { zh: "", en: "" };
  return { zh: `${word.zh}${errors.zh}${partly.zh}`, en: `${word.en}${errors.en}${partly.en}` };
}
