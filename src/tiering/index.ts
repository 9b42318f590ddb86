export { conditionSql } from "./compile.js";
export { type InForce, modelForPlans, standingInForce } from "./inforce.js";
export { readCondition } from "./measures.js";
export type { Plan } from "./plan.js";
export { kindsOf } from "./queries/customers.js";
export { runIfNew } from "./run.js";
