import type { Channel } from "../outreach/schema.js";
import type { Expression } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import type { Rhythm } from "./rhythm.js";
import type { PlanPart } from "./schema.js";

/** What somebody has to do. */
export interface TaskAction {
  form: "task";
  kind: string;
  minutes: number;
  /** Channels whose contacts meet it; null: all of them. */
  by: readonly Channel[] | null;
  whose: "team" | "owner";
  evidence: boolean;
  script: Text | null;
}

/** A text that is prepared for the customer. */
export interface SendAction {
  form: "send";
  template: string;
}

/** A right: the tier has it at any time. */
export interface RightAction {
  form: "right";
}

/** One promise with nothing left to guess. */
export interface CoreEntitlement {
  id: string;
  title: Text;
  about: Text | null;
  part: PlanPart | null;
  /** Of the model, best first. */
  tiers: readonly string[];
  when: Expression | null;
  /** Over the holding, for occasions of holdings. */
  where: Expression | null;
  rhythm: Rhythm;
  /** Days it may take from the day it opens; recurring ones take their window. */
  within: number;
  /** Days after which it is missed once it was due. */
  grace: number;
  cost: number | null;
  action: TaskAction | SendAction | RightAction;
}

/** A plan in core forms: what planning, lists and coverage read. */
export interface CorePlan {
  plan: string;
  title: Text;
  about: Text | null;
  model: string;
  /** Of the model, best first. */
  tiers: readonly { id: string; title: Text }[];
  entitlements: readonly CoreEntitlement[];
}

/** Names a condition over a holding may speak of. */
export const holdingColumns = ["kind", "product", "status", "amount", "opened_on", "matures_on"] as const;

/** The rights a tier has at any time: what a notice of a new tier tells, and the customer's page. */
export const rightsOf = (core: CorePlan, tier: string): CoreEntitlement[] =>
  core.entitlements.filter((one) => one.action.form === "right" && one.tiers.includes(tier));
