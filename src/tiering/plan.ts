import type { Fact, SubjectKind } from "../customer/schema.js";
import type { Duration } from "../platform/calendar/index.js";
import { type Expression, namesIn } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { FAMILY } from "./catalogue.js";
import { type Calibrating, type FitModel, ForetoldTake, type Schedule, type Take, type Ties } from "./schema.js";

export type Unit = "money" | "days" | "count" | "number" | "text" | "score";

/** How a measure foretells. */
export interface Foretold {
  take: ForetoldTake;
  /** What the histories are fitted by, each once: purchases and dropout or how long contracts last, and spend. */
  fit: readonly FitModel[];
  horizon: Duration | null;
  margin: number;
  /** Per year. */
  discount: number;
  /** How often a contract's amount is paid. */
  every: Duration | null;
}

/** A measure with nothing left to guess. */
export interface CoreMeasure {
  name: string;
  title: Text;
  unit: Exclude<Unit, "score" | "text">;
  kind: "number" | "text";
  fact: Exclude<Fact, "product">;
  take: Take;
  /** The fact's column it takes; null for the rows themselves. */
  column: string | null;
  /** For the fact `attribute`: which. */
  attribute: string | null;
  over: Duration | null;
  where: Expression | null;
  /** Contracts only: those that mature so soon after the day. */
  dueWithin: Duration | null;
  /** Fading only: the days after which a row counts half. */
  halfLife: number | null;
  /** The number of who has none. */
  default: number | null;
  /** Numbers beyond these count as these. */
  atLeast: number | null;
  atMost: number | null;
  /** Can somebody act on it? */
  lever: boolean;
  /** Null: it tells what was. */
  foretold: Foretold | null;
}

/** A score is one of five forms. Bands count from the worst value up. */
export type CoreScore =
  | { form: "quantiles"; name: string; title: Text; of: string; bands: number; ties: Ties; better: "higher" | "lower"; missing: number | null }
  | { form: "breaks"; name: string; title: Text; of: string; bands: number; elbow: boolean; better: "higher" | "lower"; missing: number | null }
  | { form: "edges"; name: string; title: Text; of: string; edges: number[]; better: "higher" | "lower"; missing: number | null }
  | { form: "formula"; name: string; title: Text; formula: Expression; missing: number | null }
  | { form: "weighted"; name: string; title: Text; weights: { of: string; weight: string }[] };

export interface CoreTier {
  id: string;
  title: Text;
  byHand: boolean;
  when: Expression | null;
  /** The same, eased by the model's margin: who holds the tier keeps it. */
  keep: Expression | null;
}

/** How tiers follow grades; without one they do at once. */
export interface CoreStability {
  /** Scheduled days in a row with a better grade. 1: at once. */
  promoteAfter: number;
  /** Null: at once. */
  demote: { belowFor: Duration; thenWatch: Duration | null; to: "best_of_watch" | "grade" } | null;
  /** The part of a threshold by which a held tier may miss it. */
  margin: number;
}

/** A deciding clause: one of the `or` branches of a tier's condition. Its place in the plan's list is its number in the ledger. */
export interface DecidingClause {
  tier: number;
  when: Expression | null;
}

/** A model in core forms: what compile, calibrate, run and explain read. */
export interface Plan {
  model: string;
  title: Text;
  about: Text | null;
  subject: SubjectKind | null;
  measures: CoreMeasure[];
  /** In the model's order. */
  scores: CoreScore[];
  /** The same scores, each after those it is made of. */
  inOrder: CoreScore[];
  tiers: CoreTier[];
  clauses: DecidingClause[];
  /** Names whose mean a condition speaks of. */
  means: string[];
  value: string | null;
  calibrate: Calibrating;
  schedule: Schedule | null;
  stability: CoreStability | null;
  /** Shares of those who hold a tier, 0 to 1, above which somebody is asked; null: nobody is. */
  safety: { stopOver: number | null; approveOver: number | null };
  /** The tiers are stages, the farthest first. */
  funnel: boolean;
  /** Whose facts arrive is graded at once. */
  live: boolean;
  /** How long after the last look somebody is asked whether it still holds; null: nobody is. */
  reviewEvery: Duration | null;
  /** Figures too large for a machine word: all decimals of the model take twice the room, and their time. */
  wide: boolean;
}

/**
 * The engine's type of every figure: comparisons with calibrated edges are exact because both sides have it. Decimals of
 * 18 digits are machine words, which filter 40 times as fast as wider ones; who needs more gets a wide plan.
 */
export function typeOf(plan: Plan, name: string): "bigint" | "integer" | `decimal(${"18" | "28"},${"4" | "6"})` | "varchar" {
  const measure = plan.measures.find((one) => one.name === name);
  if (measure === undefined) {
    const score = plan.scores.find((one) => one.name === name);
    if (score?.form === "formula") return "decimal(28,6)";
    if (score?.form !== "weighted") return "integer";
    return !plan.wide && score.weights.every(({ of }) => typeOf(plan, of) === "integer") ? "decimal(18,6)" : "decimal(28,6)";
  }
  if (measure.kind === "text") return "varchar";
  if (isCount(measure.take)) return "bigint";
  return measure.take === "days_since_last" || measure.take === "days_since_first" ? "integer" : plan.wide ? "decimal(28,4)" : "decimal(18,4)";
}

/** Does a measure so taken count something? */
export const isCount = (take: Take): boolean => take === "count" || take === "distinct" || take === "active_months";

/** Is a measure so taken a ratio, whatever it is a ratio of? */
export const isRatio = (take: Take): boolean => take === "growth" || take === "variation" || take === "share";

/** Takes that compare months of their window, or the window with the one before, and so place its facts themselves. */
export const placesItsWindow = (take: Take): boolean => take === "daily_average" || take === "growth" || take === "trend" || take === "variation";

/** The months of a window; 0 when it is none of whole months. */
export function monthsIn(over: Duration | null): number {
  if (over?.unit === "month") return over.count;
  return over?.unit === "year" ? over.count * 12 : 0;
}

/** Does a measure speak of the family of products, which the catalogue knows? */
export const speaksOfFamily = ({ column, where }: CoreMeasure): boolean => column === FAMILY || (where !== null && namesIn(where).includes(FAMILY));

/** Is a measure a part of what all customers have, so that it moves when others do? Of families all are those of the catalogue. */
export const isPartOfAll = ({ take, column }: CoreMeasure): boolean => take === "share" && column !== FAMILY;

/** The tables that a model's grades depend on: the facts it measures, the products they name, what kind everybody is, who there is, and whose the facts are. */
export const tablesRead = (plan: Plan): string[] => [
  ...new Set([...plan.measures.flatMap((one) => (speaksOfFamily(one) ? [one.fact, "product"] : [one.fact])), "customer", "sighting", "merged"]),
];

/** Whole numbers step by one; money by a cent. */
export function stepOf(plan: Plan, name: string): number {
  const type = typeOf(plan, name);
  if (type === "bigint" || type === "integer") return 1;
  return plan.measures.find((one) => one.name === name)?.unit === "money" ? 0.01 : 0.0001;
}

/** What a column of the model is called and counted in. */
export function columnsOf(plan: Plan): { name: string; kind: "measure" | "score"; title: Text; unit: Unit }[] {
  return [
    ...plan.measures.map(({ name, title, unit, kind }) => ({ name, kind: "measure" as const, title, unit: kind === "text" ? ("text" as const) : unit })),
    ...plan.scores.map(({ name, title }) => ({ name, kind: "score" as const, title, unit: "score" as const })),
  ];
}

/** A score in bands. */
export type BandedScore = CoreScore & { form: "quantiles" | "breaks" | "edges" };

/** A score whose edges are fitted to all customers. */
export type FittedScore = CoreScore & { form: "quantiles" | "breaks" };

export const isFitted = (score: CoreScore): score is FittedScore => score.form === "breaks" || (score.form === "quantiles" && score.ties === "ranked");

/** Does a score depend on the order of everybody, as groups of equal size do? */
export const isOrdered = (score: CoreScore): score is CoreScore & { form: "quantiles" } => score.form === "quantiles" && score.ties === "ntile";

/** A measure that foretells. */
export type ForetoldMeasure = CoreMeasure & { foretold: Foretold };

export const isForetold = (measure: CoreMeasure): measure is ForetoldMeasure => measure.foretold !== null;

export const foretells = (take: Take): take is ForetoldTake => ForetoldTake.safeParse(take).success;

/** Does the model need numbers fitted to all customers? */
export const needsCalibration = (plan: Plan): boolean => plan.means.length > 0 || plan.scores.some(isFitted) || plan.measures.some(isForetold);

/** The names a score is made of. */
export function madeOf(score: CoreScore): string[] {
  if (score.form === "weighted") return score.weights.map((part) => part.of);
  return score.form === "formula" ? namesIn(score.formula) : [score.of];
}

/** The name by which a condition's `mean(score)` is looked up. */
export const meanName = (of: string): string => `mean(${of})`;
