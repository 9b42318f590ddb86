export { conditionSql } from "./compile.js";
export { tiersHeld } from "./explanation.js";
export { type InForce, modelForPlans, modelsForPlans, standingInForce } from "./inforce.js";
export { readCondition } from "./measures.js";
export { type Move, movesOfRuns } from "./moves.js";
export type { Plan } from "./plan.js";
export { kindsOf } from "./queries/customers.js";
