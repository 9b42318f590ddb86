export { elbow, naturalBreaks } from "./breaks.js";
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
