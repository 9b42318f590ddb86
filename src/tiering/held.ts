import { forward } from "../platform/calendar/index.js";
import { exactPercent } from "../platform/percent.js";
import type { Text } from "../platform/schema.js";
import type { Plan } from "./plan.js";
import type { Phase, Schedule } from "./schema.js";
import { lengthOf } from "./words.js";

/** Where a standing has a customer between two tiers. */
export interface OnTheWay {
  /** The tier the model has come to, without a person's word. */
  computed: string;
  phase: Phase;
  /** The day on which the phase began; null while stable. */
  phase_since: string | null;
  /** What a rise has reached, or the best of a watch. */
  phase_tier: string | null;
  phase_times: number;
}

/** Why the tier held is another than the grade, and until when; null when it is the same. */
export function whyHeld(plan: Plan, grade: string, held: OnTheWay): Text | null {
  const title = (id: string | null): Text => plan.tiers.find((tier) => tier.id === id)?.title ?? { zh: id ?? "", en: id ?? "" };
  const [tier, now, mark, since] = [title(held.computed), title(grade), title(held.phase_tier), held.phase_since ?? ""];
  const { promoteAfter, demote } = plan.stability ?? { promoteAfter: 1, demote: null };
  if (held.phase === "rising")
    return {
      zh: `按指标为“${now.zh}”，自 ${since} 起已连续 ${held.phase_times} 个评定日高于“${tier.zh}”；满 ${promoteAfter} 个即升为“${mark.zh}”。`,
      en: `The measures ask for ${now.en}: ${held.phase_times} scheduled days in a row above ${tier.en} since ${since}; after ${promoteAfter} the tier is ${mark.en}.`,
    };
  if (held.phase === "below" && demote !== null) {
    const until = forward(since, demote.belowFor);
    const then =
      demote.thenWatch === null
        ? { zh: `到 ${until} 仍未恢复则降级`, en: `unless it recovers by ${until}, the tier falls` }
        : { zh: `到 ${until} 仍未恢复则进入观察`, en: `unless it recovers by ${until}, a watch begins` };
    return {
      zh: `按指标为“${now.zh}”，自 ${since} 起低于“${tier.zh}”的标准，暂予保留；${then.zh}。`,
      en: `The measures ask for ${now.en}, below ${tier.en} since ${since}; ${tier.en} is kept for now, and ${then.en}.`,
    };
  }
  if (held.phase === "watch" && demote?.thenWatch != null) {
    const until = forward(since, demote.thenWatch);
    const to =
      demote.to === "grade"
        ? { zh: "降到当时的层级", en: "it falls to the tier of that day" }
        : { zh: `降到观察期内最好的层级，目前为“${mark.zh}”`, en: `it falls to the best tier of the watch, so far ${mark.en}` };
    return {
      zh: `按指标为“${now.zh}”，自 ${since} 起处于观察期，暂留“${tier.zh}”；到 ${until} 仍未恢复则${to.zh}。`,
      en: `The measures ask for ${now.en}; ${tier.en} is kept on watch since ${since}, and unless it recovers by ${until}, ${to.en}.`,
    };
  }
  if (grade === held.computed) return null;
  return plan.stability !== null && plan.stability.margin > 0
    ? {
        zh: `按指标为“${now.zh}”；与“${tier.zh}”的标准相差不超过 ${exactPercent(plan.stability.margin)}，或未到评定日，保留“${tier.zh}”。`,
        en: `The measures ask for ${now.en}; ${tier.en} is kept, for its thresholds are missed by no more than ${exactPercent(plan.stability.margin)}, or its day of grading has not come.`,
      }
    : {
        zh: `按指标为“${now.zh}”；未到评定日，保留“${tier.zh}”。`,
        en: `The measures ask for ${now.en}; ${tier.en} is kept until the next day of the model's schedule.`,
      };
}

const schedules = {
  daily: { zh: "每天评定", en: "Tiers advance every day" },
  weekly: { zh: "每周末评定", en: "Tiers advance at the end of the week" },
  monthly: { zh: "每月末评定", en: "Tiers advance at the end of the month" },
  quarterly: { zh: "每季末评定", en: "Tiers advance at the end of the quarter" },
  yearly: { zh: "每年末评定", en: "Tiers advance at the end of the year" },
} as const satisfies Record<Schedule, Text>;

/** When and how tiers follow the grades of a model; null when they do at once, with every run. */
export function howFollowed({ schedule, stability }: Plan): Text | null {
  if (schedule === null && stability === null) return null;
  const told: Text[] = [schedule === null ? { zh: "每次运行都评定", en: "Tiers advance with every run" } : schedules[schedule]];
  if (stability !== null) {
    const { promoteAfter, demote, margin } = stability;
    told.push(
      promoteAfter === 1
        ? { zh: "升级即时生效", en: "a rise counts at once" }
        : { zh: `连续 ${promoteAfter} 个评定日更高才升级`, en: `a rise counts after ${promoteAfter} scheduled days in a row` },
    );
    if (demote === null) told.push({ zh: "降级即时生效", en: "a fall counts at once" });
    else {
      const { belowFor, thenWatch, to } = demote;
      const below = lengthOf(belowFor);
      const watch = thenWatch === null ? { zh: "", en: "" } : { zh: `，再观察 ${lengthOf(thenWatch).zh}`, en: ` and ${lengthOf(thenWatch).en} of watch` };
      const best =
        thenWatch === null || to === "grade"
          ? { zh: "当时的层级", en: "the tier of that day" }
          : { zh: "观察期内最好的层级", en: "the best tier of the watch" };
      told.push({ zh: `低于标准满 ${below.zh}${watch.zh}后降到${best.zh}`, en: `a fall counts after ${below.en} below${watch.en}, to ${best.en}` });
    }
    if (margin > 0) told.push({ zh: `相差不超过 ${exactPercent(margin)} 不算低于标准`, en: `within ${exactPercent(margin)} of the thresholds is not below` });
  }
  return { zh: `${told.map((one) => one.zh).join("；")}。`, en: `${told.map((one) => one.en).join("; ")}.` };
}
