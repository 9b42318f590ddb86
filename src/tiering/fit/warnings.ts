import type { Text } from "../../platform/schema.js";
import type { FitWarning, SbgWarning, SpendWarning } from "../../statistics/index.js";

export type Warning = FitWarning | SpendWarning | SbgWarning;

/** What a fit has to say beside its numbers, in words. */
export const warningWords = {
  dropout_not_identified: {
    zh: "流失无法识别：不计流失时似然并不变差。预期购买次数仍可用，P(存活) 不可用。",
    en: "Dropout is not identified: without it the likelihood is no worse. Expected purchases stand, P(alive) does not.",
  },
  dropout_spread_not_identified: {
    zh: "流失概率的差异无法识别：最优点落在边界上。预期购买次数仍可用，P(存活) 不可用。",
    en: "How dropout differs from one customer to another is not identified. Expected purchases stand, P(alive) does not.",
  },
  rates_not_identified: {
    zh: "购买频率的差异无法识别：最优点落在边界上，所有人频率相同。",
    en: "How purchase rates differ is not identified: the optimum lies where all have one rate.",
  },
  spread_not_identified: {
    zh: "客户之间的差异无法识别：最优点落在边界上。",
    en: "How they differ from one to another is not identified: the optimum lies on the boundary.",
  },
  variation_not_identified: { zh: "同一客户各次消费之间的差异无法识别。", en: "How one customer's purchases differ is not identified." },
  spend_follows_frequency: {
    zh: "消费金额与购买次数相关，模型假设两者独立：请谨慎使用。",
    en: "Spend goes with the number of purchases, which the model takes to be independent: use it with care.",
  },
  no_population_mean: {
    zh: "少数极大的金额使总体平均消费没有上界（q ≤ 1）：购买次数少的客户，其预期消费没有意义。",
    en: "A few very large amounts leave the mean spend of all without a bound (q ≤ 1): what those with few purchases are expected to spend means nothing.",
  },
  population_mean_far: {
    zh: "模型的总体平均消费超过数据平均的三倍，取决于没有见过的极大金额：购买次数少的客户，其预期消费不可信。",
    en: "By the model the mean spend of all is more than three times that of the data, as it counts on amounts nobody has seen: what those with few purchases are expected to spend is not to be trusted.",
  },
  no_curvature: { zh: "最优点处的曲率无法求逆，没有标准误。", en: "The curvature at the optimum has no inverse: there are no standard errors." },
  not_converged: { zh: "迭代没有收敛，参数只供参考。", en: "The search did not come to rest: take the parameters with care." },
} as const satisfies Record<Warning, Text>;
