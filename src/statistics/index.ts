export { bgBb } from "./bg-bb.js";
export type { BgBbFit } from "./bg-bb-fit.js";
export type { BgBbParameters } from "./bg-bb-formulas.js";
export { elbow, naturalBreaks } from "./breaks.js";
export { type Discounting, discountedPurchases, discountedValue, discountedValues } from "./discounted.js";
export {
  fitGammaGamma,
  type GammaGammaFit,
  type GammaGammaParameters,
  gammaGammaExpectedSpend,
  gammaGammaExpectedSpends,
  gammaGammaLogLikelihood,
  gammaGammaLogLikelihoods,
  gammaGammaPopulationMean,
  type Spends,
} from "./gamma-gamma.js";
export type { Histories } from "./histories.js";
export {
  atRisk,
  conditionalSurvival,
  type Durations,
  kaplanMeier,
  type SurvivalCurve,
  survivalAt,
  survivalQuantile,
} from "./kaplan-meier.js";
export { normalCdf, normalQuantile } from "./normal.js";
export {
  type Cohort,
  fitSbg,
  type SbgParameters,
  sbgDiscountedLifetime,
  sbgExpectedPeriods,
  sbgLogLikelihood,
  sbgResidualLifetime,
  sbgRetention,
  sbgSurvival,
} from "./shifted-beta-geometric.js";
