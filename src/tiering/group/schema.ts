import { z } from "zod";
import { DocumentName, Text } from "../../platform/schema.js";

/** A group as people write it: a saved condition over the figures of a model and what the profile says. */
export const GroupDocument = z.strictObject({
  group: DocumentName.meta({ description: "what it is called in files and addresses" }),
  title: Text,
  about: Text.optional(),
  model: DocumentName.meta({ description: "the model whose measures and scores the condition may speak of" }),
  where: z
    .string()
    .trim()
    .min(1)
    .max(5000)
    .meta({ description: "a condition over measures, scores, tier and since, and of the profile: age, sex, region, branch, kind" }),
  tag: z.boolean().default(true).meta({ description: "true: everyone in it wears it as a tag" }),
});
export type GroupDocument = z.infer<typeof GroupDocument>;

const TierCount = z.object({ id: z.string(), title: Text, customers: z.number().int(), of: z.number().int().meta({ description: "who has the tier in all" }) });

/** A group with how many the reader may see of it. */
export const Group = GroupDocument.extend({
  about: Text.nullable(),
  saved_by: z.string(),
  saved_at: z.string(),
  customers: z.number().int().nullable().meta({ description: "null: it is not told; `untold` says why" }),
  of: z.number().int().nullable().meta({ description: "whom the model grades, of those the reader may see" }),
  tiers: z.array(TierCount),
  untold: Text.nullable().meta({ description: "why there are no counts" }),
});
export type Group = z.infer<typeof Group>;

/** What a customer is marked with: a group they belong to, when its customers wear it. */
export const Tag = z.object({ group: z.string(), title: Text, about: Text.nullable(), model: z.string() });
export type Tag = z.infer<typeof Tag>;

/** How many there are of something, beside everybody's. */
const Part = z.object({
  value: z.string().nullable().meta({ description: "null: unknown" }),
  rest: z.boolean().meta({ description: "all values that are not told one by one" }),
  customers: z.number().int(),
  share: z.number(),
  everybody: z.number().meta({ description: "the share of it among everybody" }),
});

const Spread = z.object({ known: z.number().int(), quarter: z.number().nullable(), median: z.number().nullable(), three_quarters: z.number().nullable() });

/** The portrait of a group, of a tier, or of everybody: who they are and what they have, beside everybody. */
export const Persona = z.object({
  model: z.string(),
  as_of: z.string(),
  tier: z.string().nullable(),
  group: z.string().nullable(),
  customers: z.number().int(),
  of: z.number().int().meta({ description: "everybody the model grades, of those the reader may see" }),
  tiers: z.array(TierCount),
  untold: Text.nullable().meta({ description: "why the portrait is not drawn" }),
  portrait: z
    .object({
      profile: z.array(z.object({ name: z.enum(["sex", "age", "kind", "region", "branch"]), title: Text, parts: z.array(Part) })),
      numbers: z.array(
        z.object({
          name: z.string(),
          title: Text,
          unit: z.enum(["money", "days", "count", "number"]),
          here: Spread,
          everybody: Spread,
          ratio: z.number().nullable().meta({ description: "the median beside everybody's; null where everybody's is zero or unknown" }),
        }),
      ),
      texts: z.array(z.object({ name: z.string(), title: Text, parts: z.array(Part) })),
      tags: z.array(
        Tag.extend({ customers: z.number().int(), share: z.number(), everybody: z.number(), lift: z.number().meta({ description: "share ÷ everybody" }) }),
      ),
    })
    .nullable(),
});
export type Persona = z.infer<typeof Persona>;
