import type { Fault } from "../../intake/index.js";
import { ProblemError, problem } from "../../platform/problem.js";
import type { Text } from "../../platform/schema.js";

/** Rows of one mistake that are looked up. */
export const MOST_ROWS = 20;

/** What a cell or a row of a file breaks, in words. */
const rules = {
  empty: { zh: "单元格为空，应为数字", en: "The cell is empty where a number has to be" },
  not_a_number: { zh: "不是数字", en: "This is no number" },
  negative: { zh: "不能小于 0", en: "A number here cannot be below 0" },
  last_after_end: { zh: "t_x 大于观察时长：最后一次购买晚于观察期末", en: "t_x is more than the time observed: the last purchase comes after its end" },
  last_without_repeat: { zh: "x 为 0 而 t_x 不为 0：没有复购就没有最后一次复购", en: "x is 0 and t_x is not: without repeat purchases there is no last one" },
  fraction_of_a_purchase: { zh: "x 应为整数", en: "x has to be a whole number" },
  fraction_of_an_opportunity: { zh: "t_x 与 n 应为整数", en: "t_x and n have to be whole numbers" },
  more_purchases_than_opportunities: { zh: "x 大于 t_x：购买次数多于购买机会", en: "x is more than t_x: more purchases than opportunities" },
  spend_not_above_zero: { zh: "有复购的客户，spend 应大于 0", en: "spend has to be above 0 where there are repeat purchases" },
  period_out_of_order: { zh: "period 应从 0 开始，依次为 0、1、2……", en: "period has to be 0, 1, 2, … in this order" },
  more_survivors_than_before: { zh: "survivors 不能多于上一期", en: "There cannot be more survivors than the period before" },
  no_customer: { zh: "没有客户号", en: "There is no customer id" },
  no_day: { zh: "没有日期", en: "There is no date" },
  not_a_day: { zh: "不是可识别的日期", en: "This is no date that can be read" },
  too_large: { zh: "数值过大（上限 1e15）", en: "The number is too large (up to 1e15)" },
} as const satisfies Record<string, Text>;
export type RowRule = keyof typeof rules;

const hints: Partial<Record<RowRule, Text>> = {
  not_a_day: { zh: "写成 YYYY-MM-DD，例如 2026-02-17。", en: "Write YYYY-MM-DD, for example 2026-02-17." },
  spend_not_above_zero: {
    zh: "该模型只描述大于 0 的金额；免费的购买请先从交易中去掉，再用 tierkeep summarize 汇总。",
    en: "The model knows amounts above 0 alone: leave free purchases out of the transactions before tierkeep summarize.",
  },
  period_out_of_order: { zh: "每期一行，按时间先后排列。", en: "Write a row for every period, in the order of time." },
  more_survivors_than_before: { zh: "survivors 是每期末仍在的人数。", en: "survivors counts who is still there at the end of each period." },
  no_customer: { zh: "去掉没有客户号的行。", en: "Leave out rows without a customer." },
};

export const faultAt = (row: number, rule: RowRule, column?: string): Fault => ({
  row,
  code: `fit.${rule}`,
  message: rules[rule],
  ...(column === undefined ? {} : { column }),
  ...(hints[rule] === undefined ? {} : { hint: hints[rule] }),
});

/** Why a file that is sound is not enough. */
const reasons = {
  no_rows: { zh: "文件没有数据行", en: "The file has no rows" },
  too_few: {
    zh: "数据太少：至少需要 10 位客户，其中至少 3 位有复购（gamma_gamma：10 位有复购；sbg：第 0 期 10 位）",
    en: "Too little data: at least 10 customers, 3 of them with repeat purchases (gamma_gamma: 10 with repeat purchases; sbg: 10 in period 0)",
  },
  no_repeat_purchases: { zh: "所有客户都只购买过一次，无法拟合", en: "All customers bought once only: there is nothing to fit" },
  no_time_observed: { zh: "所有客户的观察时长都为 0", en: "Nobody was observed for any time: every t is 0" },
  spend_does_not_vary: { zh: "所有客户的 spend 都相同", en: "All have the same spend: there is nothing to fit" },
  too_few_periods: { zh: "期数太少：第 0 期之后至少需要 2 期", en: "Too few periods: at least 2 after period 0" },
  nobody_left: { zh: "没有人流失，无法拟合", en: "Nobody left: there is nothing to fit" },
  all_left_at_once: { zh: "所有人在第 1 期全部流失，无法拟合", en: "All left in the first period: there is nothing to fit" },
  no_purchases_until: { zh: "截至 --until 没有任何购买", en: "There is no purchase up to --until" },
} as const satisfies Record<string, Text>;
export type Reason = keyof typeof reasons;

export function refuseData(reason: Reason, file: string): never {
  throw new ProblemError([problem(`fit.${reason}`, reasons[reason], { place: { file } })]);
}
