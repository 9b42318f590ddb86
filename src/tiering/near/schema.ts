import { z } from "zod";
import { Text } from "../../platform/schema.js";
import { Shown } from "../model/schema.js";

/** How far a measure may be from what a better tier asks, at most: beyond half it is no small step. */
export const MOST_WITHIN = 0.5;

const BeforeAndAfter = z.object({ before: z.number(), after: z.number() });

/** Who is a small step of one measure below a better tier, and what it would bring and cost if they rose. */
export const Near = z.object({
  model: z.string(),
  title: Text,
  as_of: z.string(),
  within: z.number().meta({ description: "the share of itself by which one measure is moved; of whole numbers at least one" }),
  tiers: z.array(z.object({ id: z.string(), title: Text })).meta({ description: "best first" }),
  measures: z
    .array(z.object({ name: z.string(), title: Text, unit: z.enum(["money", "days", "count", "number"]) }))
    .meta({ description: "those somebody can act on and a condition speaks of" }),
  value: z.string().nullable().meta({ description: "the measure that says what a customer is worth" }),
  ways: z
    .array(z.object({ tier: z.string(), measure: z.string(), customers: z.number().int() }))
    .meta({ description: "customers one small step of this measure below this tier, whatever is filtered; one of several measures is in several" }),
  moves: z
    .array(z.object({ from: z.string(), to: z.string(), customers: z.number().int() }))
    .meta({ description: "each customer once, to the first better tier of their shortest way" }),
  brings: z
    .object({
      tiers: z.array(z.object({ id: z.string(), before: z.number().int(), after: z.number().int() })),
      value: z
        .object({ now: z.number(), as_tier: z.number() })
        .nullable()
        .meta({ description: "of those who would rise: what they are worth, and what as many are worth on average in the tiers they would rise to" }),
      contacts: BeforeAndAfter.meta({ description: "by somebody, a month" }),
      hours: BeforeAndAfter.meta({ description: "of work, a month" }),
      cost: BeforeAndAfter.meta({ description: "of gifts and the like, a year, in the workspace's currency" }),
    })
    .meta({ description: "if all of them rose" }),
  items: z
    .array(
      z.object({
        customer_id: z.string(),
        name: z.string().nullable(),
        branch: z.string().nullable(),
        owner: z.object({ manager: z.string(), name: z.string().nullable() }).nullable(),
        tier: z.string(),
        value: Shown,
        ways: z
          .array(
            z.object({
              tier: z.string(),
              measure: z.string(),
              from: Shown,
              to: Shown.meta({ description: "the nearest value that gives the tier when nothing else changes" }),
              distance: z.number().meta({ description: "between the two, as a share of what it is; 1 of nothing" }),
            }),
          )
          .meta({ description: "the shortest first" }),
      }),
    )
    .meta({ description: "a page of customers, the nearest first" }),
  next: z.string().nullable(),
  total: z.number().int(),
});
export type Near = z.infer<typeof Near>;
