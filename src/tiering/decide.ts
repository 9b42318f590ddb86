import { forward } from "../platform/calendar/index.js";
import type { CoreStability } from "./plan.js";
import type { Phase } from "./schema.js";

/** What a customer holds, and where they are on the way up or down. */
export interface Held {
  tier: string;
  phase: Phase;
  /** The day on which the phase began; null while stable. */
  since: string | null;
  /** On the way up the tier that was reached every time; in the watch the best tier of it. */
  mark: string | null;
  /** Scheduled days in a row with a better grade. */
  times: number;
}

export const stableAt = (tier: string): Held => ({ tier, phase: "stable", since: null, mark: null, times: 0 });

const belowAt = (tier: string, day: string): Held => ({ tier, phase: "below", since: day, mark: null, times: 0 });

/**
 * What a scheduled day makes of a customer: the tier they held, where they were, and the grade of the day give the tier
 * they hold now. `keeps`: the condition of the held tier holds when eased by the model's margin. `counts`: the day is one of the schedule, and not
 * only the first run of a new version. `tiers`: best first.
 */
export function decide(
  tiers: readonly string[],
  stability: CoreStability,
  before: Held,
  { grade, keeps, day, counts }: { grade: string; keeps: boolean; day: string; counts: boolean },
): Held {
  // a way to a tier the model no longer has leads nowhere
  const held = before.mark !== null && !tiers.includes(before.mark) ? { ...before, mark: grade } : before;
  const rank = (tier: string | null): number => (tier === null ? -1 : tiers.indexOf(tier));
  const [to, from] = [rank(grade), rank(held.tier)];
  if (from < 0) return stableAt(grade); // a tier the model no longer has
  if (to < from) return rise(stability, held, grade, (tier) => rank(tier), counts ? day : null);
  if (to === from || keeps) return stableAt(held.tier);
  return fall(stability, held, grade, (tier) => rank(tier), day);
}

function rise({ promoteAfter }: CoreStability, held: Held, grade: string, rank: (tier: string) => number, day: string | null): Held {
  const on = held.phase === "rising" && held.mark !== null;
  if (promoteAfter > 1 && day === null) return on ? held : stableAt(held.tier);
  const times = on ? held.times + 1 : 1;
  const mark = on && held.mark !== null && rank(held.mark) > rank(grade) ? held.mark : grade;
  if (times >= promoteAfter) return stableAt(mark);
  return { tier: held.tier, phase: "rising", since: on ? held.since : day, mark, times };
}

function fall({ demote }: CoreStability, held: Held, grade: string, rank: (tier: string) => number, day: string): Held {
  if (demote === null) return stableAt(grade);
  const { belowFor, thenWatch, to } = demote;
  if (held.phase === "watch" && held.since !== null && held.mark !== null && thenWatch !== null) {
    const mark = rank(grade) < rank(held.mark) ? grade : held.mark;
    if (day < forward(held.since, thenWatch)) return { ...held, mark };
    // who falls to the best of a watch may be below that, too, and is from this day on
    return to === "grade" || mark === grade ? stableAt(grade) : belowAt(mark, day);
  }
  if (held.phase !== "below" || held.since === null) return belowAt(held.tier, day);
  if (day < forward(held.since, belowFor)) return held;
  return thenWatch === null ? stableAt(grade) : { tier: held.tier, phase: "watch", since: day, mark: grade, times: 0 };
}
