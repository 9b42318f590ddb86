export { bgBb } from "./bg-bb.js";
export { type BgBbFit, refuseOpportunities } from "./bg-bb-fit.js";
export type { BgBbParameters } from "./bg-bb-formulas.js";
export { bgNbd } from "./bg-nbd.js";
export { type Breaks, elbow, naturalBreaks } from "./breaks.js";
export { type Discounting, discountedPurchases, discountedValue, discountedValues } from "./discounted.js";
export {
  badSpends,
  fitGammaGamma,
  type GammaGammaFit,
  type GammaGammaParameters,
  gammaGammaExpectedSpend,
  gammaGammaExpectedSpends,
  gammaGammaLogLikelihood,
  gammaGammaLogLikelihoods,
  gammaGammaPopulationMean,
  gammaGammaShares,
  type Spends,
  type SpendWarning,
} from "./gamma-gamma.js";
export { type FitWarning, type Histories, refuse as refuseHistories } from "./histories.js";
export {
  atRisk,
  conditionalShare,
  conditionalSurvival,
  type Durations,
  kaplanMeier,
  type SurvivalCurve,
  survivalAt,
  survivalQuantile,
} from "./kaplan-meier.js";
export { mbgNbd } from "./mbg-nbd.js";
export { normalCdf, normalQuantile } from "./normal.js";
export { paretoNbd } from "./pareto-nbd.js";
export { type Parting, part, partingModule } from "./parting.js";
export type { PurchaseModel } from "./purchase-model.js";
export {
  type Cohort,
  fitSbg,
  type SbgParameters,
  type SbgWarning,
  sbgDiscountedLifetime,
  sbgExpectedPeriods,
  sbgLogLikelihood,
  sbgResidualLifetime,
  sbgRetention,
  sbgSurvival,
} from "./shifted-beta-geometric.js";
