import { z } from "zod";
import { Text } from "../../platform/schema.js";

/** What measures are fitted by: purchases and dropout, spend per purchase, and how long contracts last. */
export const FitModel = z.enum(["bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma", "kaplan_meier"]);
export type FitModel = z.infer<typeof FitModel>;

/** Why there is too little data for a fit. */
const Lacking = z.enum(["no_rows", "too_few", "no_repeat_purchases", "no_time_observed", "spend_does_not_vary", "nothing_ended"]);
export type Lacking = z.infer<typeof Lacking>;

const Numbers = z.record(z.string(), z.number());

/** Customers by how many repeat purchases they made: as they were, and as the fit has it. */
const Repeats = z.object({ purchases: z.number().int().meta({ description: "the last: so many and more" }), actual: z.number(), expected: z.number() });

/** Repeat purchases since the first day, up to and on this one, of those who had bought by the day the held-out time began. */
const Tracked = z.object({ on: z.string(), actual: z.number(), expected: z.number() });

/** A fit to the first part of the time, held against the rest of it. */
const Holdout = z.object({
  from: z.string().meta({ description: "the last day it was fitted to" }),
  until: z.string(),
  customers: z.number().int().meta({ description: "who had bought by then" }),
  actual: z.number().meta({ description: "purchases of them after that day" }),
  expected: z.number(),
  naive: z.number().meta({ description: "if everybody had gone on at the rate of before" }),
  expected_error: z.number().meta({ description: "mean absolute error per customer" }),
  naive_error: z.number(),
  warnings: z.array(z.string()).default([]).meta({ description: "of the fit to the first part" }),
  by_purchases: z.array(z.object({ purchases: z.number().int(), customers: z.number().int(), actual: z.number(), expected: z.number(), naive: z.number() })),
});

const Purchases = z.object({
  likelihood_ratio: z.number().meta({ description: "twice the log-likelihood that dropout adds" }),
  repeats: z.array(Repeats),
  tracking: z.array(Tracked),
  holdout: Holdout.nullable().meta({ description: "null: less than half a year, or too little data before" }),
});

const Spend = z.object({
  mean: z.number().meta({ description: "of the customers' mean spends" }),
  expected_mean: z.number().nullable().meta({ description: "of the population; null where it has no bound" }),
  correlation: z.number().nullable().meta({ description: "of spend and number of purchases, which the model takes to be independent" }),
  spread: z
    .array(z.object({ from: z.number(), to: z.number(), actual: z.number(), expected: z.number() }))
    .meta({ description: "customers by their mean spend" }),
});

const Staying = z.object({
  ended: z.number(),
  curve: z.array(z.object({ time: z.number(), survival: z.number(), lower: z.number(), upper: z.number(), at_risk: z.number() })),
  time: z.array(z.number()).meta({ description: "the whole curve, as runs apply it" }),
  survival: z.array(z.number()),
});

/** A model of everybody's purchases or contracts, fitted by a run and kept with it; runs that keep the calibration apply it again. Times are in weeks. */
export const MeasureFit = z.object({
  model: FitModel,
  as_of: z.string(),
  customers: z.number().int().meta({ description: "whose histories it was fitted to" }),
  lacking: Lacking.nullable().meta({ description: "why there is too little data for a fit; null: there is one" }),
  parameters: Numbers,
  standard_errors: Numbers.nullable(),
  log_likelihood: z.number().nullable(),
  identified: z.boolean(),
  warnings: z.array(z.string()),
  purchases: Purchases.nullable(),
  spend: Spend.nullable(),
  staying: Staying.nullable(),
});
export type MeasureFit = z.infer<typeof MeasureFit>;

/** The fits a model's last run applied, for people. */
export const ModelFits = z.object({
  model: z.string(),
  title: Text,
  version: z.number().int(),
  run: z.number().int(),
  as_of: z.string().meta({ description: "of the run" }),
  calibrate: Text.meta({ description: "when it is fitted again" }),
  fits: z.array(
    MeasureFit.omit({ lacking: true, warnings: true, staying: true }).extend({
      title: Text,
      of: Text.meta({ description: "what it was fitted to, in words" }),
      measures: z.array(z.object({ name: z.string(), title: Text, unit: z.enum(["money", "days", "count", "number"]) })).meta({ description: "made with it" }),
      lacking: Text.nullable(),
      warnings: z.array(Text),
      verdict: Text.meta({ description: "whether it can be relied on, and by what" }),
      staying: Staying.omit({ time: true, survival: true }).nullable(),
    }),
  ),
});
export type ModelFits = z.infer<typeof ModelFits>;
