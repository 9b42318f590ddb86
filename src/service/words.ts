import type { Text } from "../platform/schema.js";
import type { CoreEntitlement } from "./plan.js";
import type { KeyedPlan } from "./plans.js";
import { rhythmWords } from "./rhythm.js";

/** The entitlements of plans in force by plan and id; one that a plan has no more is known by its id. */
export function wordsOf(plans: readonly KeyedPlan[]): {
  of(plan: string, id: string): CoreEntitlement | undefined;
  title(plan: string, id: string): Text;
  tier(plan: string, id: string): Text;
} {
  const byPlan = new Map(plans.map(({ core }) => [core.plan, core]));
  const of = (plan: string, id: string) => byPlan.get(plan)?.entitlements.find((one) => one.id === id);
  return {
    of,
    title: (plan, id) => of(plan, id)?.title ?? { zh: id, en: id },
    tier: (plan, id) => byPlan.get(plan)?.tiers.find((tier) => tier.id === id)?.title ?? { zh: id, en: id },
  };
}

/** Made once: a formatter costs more than all else that is said of a customer, and a festival says it a million times. */
const english = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const monthDay = (day: string): Text => {
  const [, month = 1, date = 1] = day.split("-").map(Number);
  return { zh: `${month}月${date}日`, en: english.format(new Date(`${day}T00:00:00Z`)) };
};

/** Why a customer of this tier is owed it: what the plan promises, and for an occasion, its day. */
export function reasonFor(entitlement: CoreEntitlement | undefined, tier: Text, occasion: string, holding: string | null): Text {
  if (entitlement === undefined) return tier;
  const { rhythm } = entitlement;
  const promise = rhythmWords(rhythm);
  if (rhythm.form !== "occasion") return { zh: `${tier.zh}：${promise.zh}`, en: `${tier.en}: ${promise.en}` };
  const day = monthDay(occasion);
  const what = rhythmWords({ ...rhythm, offset: 0, at: null });
  const of = holding === null ? { zh: "", en: "" } : { zh: `（${holding}）`, en: ` (${holding})` };
  return { zh: `${tier.zh}：${day.zh}${what.zh}${of.zh}`, en: `${tier.en}: ${what.en} on ${day.en}${of.en}` };
}
