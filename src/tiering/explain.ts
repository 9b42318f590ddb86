import { type Expression, evaluate, namesIn, print } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { comparisonsOf, outcomeOf } from "./clauses.js";
import { decimalText } from "./decimal.js";
import { contributions, type Figures, valuesFor } from "./grade.js";
import { type OnTheWay, whyHeld } from "./held.js";
import { withMeanNames } from "./lower.js";
import { nextStep, savingStep } from "./next.js";
import { type CoreScore, columnsOf, type Plan } from "./plan.js";
import type { Calibration, Explanation, Override, RunRecord } from "./schema.js";
import { howMeasured, howScored, said, titleOf } from "./words.js";

/** What the standing and the ledger hold of one customer. */
export interface Held extends OnTheWay {
  customer_id: string;
  figures: Figures;
  clause: number;
  tier: string;
  since: string;
  override: Override | null;
  changes: Explanation["changes"];
  history: Explanation["history"];
}

const sentence = (title: Text, text: Text): Text => ({ zh: `${title.zh}${/[\w)]$/.test(title.zh) ? " " : ""}为 ${text.zh}`, en: `${title.en} is ${text.en}` });

/** Why this tier, in a sentence. */
function reasonOf(plan: Plan, when: Expression | null, title: Text, figures: Figures, byHand: boolean): Text {
  if (when === null) {
    const hand = byHand ? { zh: "，需由人工归类", en: "; a person has to place this customer" } : { zh: "", en: "" };
    return { zh: `更高层级的条件都不成立，归入“${title.zh}”${hand.zh}。`, en: `No condition of a better tier holds, so the tier is ${title.en}${hand.en}.` };
  }
  // A mean is not this customer's: its name is no figure.
  const about = namesIn(withMeanNames(when)).filter((name) => name in figures);
  const facts = about.map((name) => sentence(titleOf(plan, name), said(plan, name, figures[name] ?? null)));
  const meets = { zh: `符合“${title.zh}”的条件 ${print(when)}。`, en: `meets the condition of ${title.en}, ${print(when)}.` };
  if (facts.length === 0) return { zh: meets.zh, en: `This ${meets.en}` };
  return { zh: `${facts.map((one) => one.zh).join("，")}，${meets.zh}`, en: `${facts.map((one) => one.en).join(", ")}: this ${meets.en}` };
}

/** The weighted score a condition speaks of, or else the first there is. */
function leadingScore(plan: Plan): (CoreScore & { form: "weighted" }) | undefined {
  const weighted = plan.scores.filter((score) => score.form === "weighted");
  const spoken = plan.tiers.map((tier) => (tier.when === null ? "" : print(tier.when))).join(" ");
  return weighted.find((score) => new RegExp(`\\b${score.name}\\b`).test(spoken)) ?? weighted[0];
}

/** Why this customer has this tier: pure, from the figures the run kept, the same rules evaluated again. */
export function explain(plan: Plan, run: RunRecord, calibration: Calibration | null, held: Held): Explanation {
  const { figures } = held;
  const values = valuesFor(plan, figures, calibration);
  const shown = (name: string) => {
    const value = figures[name] ?? null;
    return typeof value === "boolean" ? String(value) : value;
  };
  const how = (name: string): Text => {
    const measure = plan.measures.find((one) => one.name === name);
    if (measure !== undefined) return howMeasured(measure, run.as_of);
    const score = plan.scores.find((one) => one.name === name);
    return score === undefined ? { zh: "", en: "" } : howScored(plan, score, figures, calibration);
  };
  const leading = leadingScore(plan);
  const parts = leading === undefined ? null : contributions(leading, figures);
  const deciding = plan.clauses[held.clause];
  const current = deciding?.tier ?? -1;
  const grade = plan.tiers[current];
  if (deciding === undefined || grade === undefined) throw new Error(`${plan.model}: the standing does not belong to this version`);
  return {
    customer_id: held.customer_id,
    model: plan.model,
    version: run.version,
    as_of: run.as_of,
    run: run.run,
    calibration: run.calibration,
    grade: grade.id,
    computed: held.computed,
    phase: held.phase,
    held: whyHeld(plan, grade.id, held),
    override: held.override,
    effective: held.tier,
    since: held.since,
    figures: columnsOf(plan).map(({ name, title, unit }) => ({ name, title, unit, value: shown(name), how: how(name) })),
    score: parts === null ? null : Number(decimalText(parts.reduce((sum, part) => sum + part.value, 0n))),
    contributions: (parts ?? []).map(({ name, value }) => ({ name, value: Number(decimalText(value)) })),
    clause: deciding.when === null ? null : print(deciding.when),
    reason: reasonOf(plan, deciding.when, grade.title, figures, grade.byHand),
    tiers: plan.tiers.map(({ id, title, when }) => ({
      id,
      title,
      when: when === null ? null : print(when),
      holds: when === null || evaluate(withMeanNames(when), values) === true,
      clauses: when === null ? [] : comparisonsOf(when).map((e) => outcomeOf(plan, e, values)),
    })),
    changes: held.changes,
    saving: savingStep(
      plan,
      figures,
      calibration,
      current,
      plan.tiers.findIndex((tier) => tier.id === held.computed),
    ),
    next: nextStep(plan, figures, calibration, current),
    history: held.history,
  };
}
