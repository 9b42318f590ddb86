import type { Plan } from "./plan.js";

/** What a run makes of one customer. */
export interface Decision {
  tier: string;
  /** The tier differs from the one held; the first grade counts. */
  moved: boolean;
  /** The clause that decided, by its number in the plan. */
  clause: number;
}

/** Tier and reason from the tier held (null: none yet) and the clause that decides the grade. */
export function decide(plan: Plan, held: string | null, clause: number): Decision {
  const tier = plan.tiers[plan.clauses[clause]?.tier ?? -1]?.id;
  if (tier === undefined) throw new Error(`${plan.model} has no clause ${clause}`);
  return { tier, moved: held !== tier, clause };
}
