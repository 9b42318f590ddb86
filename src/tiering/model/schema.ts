import { z } from "zod";
import { SubjectKind } from "../../customer/schema.js";
import { DocumentName, Name, Text } from "../../platform/schema.js";

/** A figure as it travels: decimals as text, whole numbers as numbers. */
export const Shown = z.union([z.string(), z.number(), z.null()]);

/** Takes that foretell: by models fitted to the histories of everybody. */
export const ForetoldTake = z.enum(["lifetime_value", "expected_purchases", "probability_alive", "expected_spend", "survival"]);
export type ForetoldTake = z.infer<typeof ForetoldTake>;

export const Take = z.enum([
  "count",
  "distinct",
  "share",
  "sum",
  "average",
  "minimum",
  "maximum",
  "daily_average",
  "latest",
  "days_since_last",
  "days_since_first",
  "active_months",
  "growth",
  "trend",
  "variation",
  "fading",
  ...ForetoldTake.options,
]);
export type Take = z.infer<typeof Take>;

/** One number per customer, from the facts up to the as-of day. */
export const Measure = z.strictObject({
  of: z.string().meta({ description: "fact, fact.column, or attribute.<name>" }),
  take: Take,
  over: z.string().optional().meta({ description: "'12 months': the time up to and including the as-of day; absent: all time" }),
  where: z.string().optional().meta({ description: "condition over the fact's columns" }),
  due_within: z.string().optional().meta({ description: "contracts only: '30 days', those that mature within this time after the as-of day" }),
  half_life: z.string().optional().meta({ description: "fading only: '60 days', after which a row counts half" }),
  fit: z.string().optional().meta({ description: "what foretells: 'mbg_nbd', 'mbg_nbd + gamma_gamma'; absent: the usual ones" }),
  horizon: z.string().optional().meta({ description: "foretelling only: '12 months', so far ahead" }),
  margin: z.number().optional().meta({ description: "lifetime_value only: the share of what is spent that is earned; absent: 1" }),
  discount: z.number().optional().meta({ description: "lifetime_value only: per year, 0.1 makes 110 of next year worth 100; absent: 0" }),
  every: z.string().optional().meta({ description: "lifetime_value of contracts only: '1 month', how often their amount is paid" }),
  default: z.number().optional().meta({ description: "the number of a customer who has none; absent: nothing, and conditions on it do not hold" }),
  at_least: z.number().optional().meta({ description: "a smaller number counts as this one" }),
  at_most: z.number().optional().meta({ description: "a larger number counts as this one" }),
  lever: z
    .boolean()
    .optional()
    .meta({ description: "false: nobody can act on it, and no explanation proposes to change it; absent: all but days_since_first and what is foretold can" }),
  title: Text.optional(),
  unit: z.enum(["money", "days", "count", "number"]).optional(),
});
export type Measure = z.infer<typeof Measure>;

export const Ties = z.enum(["ranked", "ntile"]);
export type Ties = z.infer<typeof Ties>;

/**
 * Scores 1…k. `quantiles: k` by rank, `natural_breaks: k` and `elbow` where the values themselves part (see docs); `edges`
 * fixed: k edges make k + 1 bands, an edge belongs to the band above.
 */
export const Banded = z.strictObject({
  of: Name,
  bands: z.union([
    z.strictObject({ quantiles: z.number().int().min(2).max(100), ties: Ties.default("ranked") }),
    z.strictObject({ natural_breaks: z.number().int().min(2).max(20) }),
    z.strictObject({ elbow: z.number().int().min(2).max(20).meta({ description: "at most so many bands" }) }),
    z.strictObject({ edges: z.array(z.number()).min(1) }),
  ]),
  better: z.enum(["higher", "lower"]).default("higher"),
  missing: z.number().optional().meta({ description: "score of a customer without the measure; absent: none, and conditions on it do not hold" }),
  title: Text.optional(),
});
export type Banded = z.infer<typeof Banded>;

/** A weighted sum of scores or measures. The contributions add up to it. */
export const Weighted = z.strictObject({ weighted: z.record(Name, z.number()), title: Text.optional() });
export type Weighted = z.infer<typeof Weighted>;

/** A number made of measures and other scores: a ratio, a point per answer, a number for each text. */
export const Formula = z.strictObject({
  formula: z.string().meta({ description: "an expression over measures and scores, for example spend / orders" }),
  missing: z.number().optional().meta({ description: "score where the formula gives nothing; absent: none, and conditions on it do not hold" }),
  title: Text.optional(),
});
export type Formula = z.infer<typeof Formula>;

export const Score = z.union([Banded, Weighted, Formula]);
export type Score = z.infer<typeof Score>;

/** One rung, best first: the first whose condition holds is the grade. The last has none. */
export const Tier = z.strictObject({
  id: Name,
  title: Text.optional(),
  when: z.string().optional(),
  by_hand: z.boolean().optional().meta({ description: "customers here are listed for a person to place" }),
});
export type Tier = z.infer<typeof Tier>;

/** The days on which tiers advance: every day, or the last of the week (Sunday), month, quarter or year. */
export const Schedule = z.enum(["daily", "weekly", "monthly", "quarterly", "yearly"]);
export type Schedule = z.infer<typeof Schedule>;

const Percent = z
  .string()
  .refine((text) => /^\d{1,2}(\.\d+)?%$/.test(text), { params: { zh: "应为不到 100% 的百分比", en: "has to be a percentage below 100%", example: "5%" } });

/** When fitted numbers are fitted anew: bands, means, and what is foretold. */
export const Calibrating = z.enum(["every_run", "when_asked", ...Schedule.options]);
export type Calibrating = z.infer<typeof Calibrating>;

/** How a tier follows the grade: at once, or only when it lasts. */
export const Stability = z.strictObject({
  promote: z
    .union([z.literal("at_once"), z.strictObject({ after: z.number().int().min(2).max(60).meta({ description: "scheduled days in a row" }) })])
    .default("at_once"),
  demote: z
    .union([
      z.literal("at_once"),
      z.strictObject({
        below_for: z.string().meta({ description: "'3 months' below what the tier asks" }),
        then_watch: z.string().optional().meta({ description: "'3 months' more, in which every recovery counts" }),
        to: z.enum(["best_of_watch", "grade"]).default("best_of_watch"),
      }),
    ])
    .default("at_once"),
  margin: Percent.optional().meta({ description: "'5%': so far below its thresholds a tier is kept" }),
});
export type Stability = z.infer<typeof Stability>;

/** How many may move before somebody is asked: shares of those who hold a tier. */
export const Safety = z.strictObject({
  stop_if_moved_over: Percent.optional().meta({ description: "'15%': a run that moves more stops and asks" }),
  approve_if_moved_over: Percent.optional().meta({ description: "'5%': a new version that moves more is published only when somebody else approves" }),
});
export type Safety = z.infer<typeof Safety>;

/** A tier model as people write it. */
export const TierModel = z.strictObject({
  model: DocumentName,
  title: Text,
  about: Text.optional(),
  subject: SubjectKind.optional().meta({ description: "who is graded; absent: every customer" }),
  measures: z.record(Name, Measure),
  scores: z.record(Name, Score).default({}),
  tiers: z.array(Tier).min(2),
  value: Name.optional().meta({ description: "the measure that says what a tier is worth on the overview" }),
  calibrate: Calibrating.default("every_run").meta({
    description: "when fitted numbers are fitted anew: with every run, when somebody asks, or with the first run after the end of each month (week, …)",
  }),
  schedule: Schedule.optional().meta({ description: "when tiers advance; absent: with every run" }),
  stability: Stability.optional(),
  safety: Safety.optional(),
  funnel: z.boolean().optional().meta({ description: "true: the tiers are stages, the last one the first; the overview tells how many came at least so far" }),
  live: z.boolean().optional().meta({ description: "true: whose facts arrive is graded at once, as of the day of the last run; absent: with the next run" }),
  review_every: z
    .string()
    .refine((text) => /^[1-9]\d{0,2} (day|week|month|year)s?$/.test(text), {
      params: { zh: "应为时长，例如 6 months", en: "has to be a length of time, for example 6 months" },
    })
    .optional()
    .meta({ description: "'6 months': so long after it was published or reviewed last somebody is asked whether it still holds; absent: nobody is" }),
  examples: z.array(z.strictObject({ given: z.record(Name, Shown), expect: Name })).default([]),
});
export type TierModel = z.infer<typeof TierModel>;
