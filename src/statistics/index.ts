export {
  type BgBbFit,
  type BgBbParameters,
  bgBbDiscountedPurchases,
  bgBbExpectedPurchases,
  bgBbExpectedPurchasesOf,
  bgBbLogLikelihood,
  bgBbLogLikelihoods,
  bgBbProbabilitiesAlive,
  bgBbProbabilityAlive,
  bgBbPurchaseChances,
  fitBgBb,
} from "./bg-bb.js";
export { elbow, naturalBreaks } from "./breaks.js";
export type { Histories } from "./histories.js";
export {
  atRisk,
  type Between,
  conditionalSurvival,
  type DurationRule,
  type Durations,
  kaplanMeier,
  type SurvivalCurve,
  survivalAt,
  survivalQuantile,
} from "./kaplan-meier.js";
export { normalCdf, normalQuantile } from "./normal.js";
