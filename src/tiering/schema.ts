import { z } from "zod";
import { Day, DocumentName, Name, Problem, Text } from "../platform/schema.js";
import { MeasureFit } from "./fitted/schema.js";
import { Shown, Ties } from "./model/schema.js";

/** What a change of a model does, and what has become of it. */
export * from "./change/schema.js";
/** What a run fitted to foretell by. */
export * from "./fitted/schema.js";
/** Groups of customers across tiers, the tags they are, and their portraits. */
export * from "./group/schema.js";
/** The model as people write it. */
export * from "./model/schema.js";
/** Who is near a better tier. */
export * from "./near/schema.js";

/** Where a customer is between two tiers: on the way up, below what the tier asks, or watched before it is lost. */
export const Phase = z.enum(["stable", "rising", "below", "watch"]);
export type Phase = z.infer<typeof Phase>;

export const phaseLabels = {
  stable: { zh: "稳定", en: "Stable" },
  rising: { zh: "待升级", en: "Rising" },
  below: { zh: "低于标准", en: "Below" },
  watch: { zh: "观察", en: "On watch" },
} as const satisfies Record<Phase, Text>;

/** A published version of a model. Its text is what was written, to the byte. */
export const ModelVersion = z.object({
  model: z.string(),
  version: z.number().int(),
  title: Text,
  about: Text.nullable(),
  origin: z.string().meta({ description: "preset:rfm, or the file it came from" }),
  published_at: z.string(),
  published_by: z.string(),
  tiers: z.array(
    z.object({
      id: z.string(),
      title: Text,
      by_hand: z.boolean(),
      condition: Text.nullable().meta({ description: "what it asks, in words; null: for those of whom no other tier's condition holds" }),
    }),
  ),
  columns: z.array(
    z.object({ name: z.string(), kind: z.enum(["measure", "score"]), title: Text, unit: z.enum(["money", "days", "count", "number", "text", "score"]) }),
  ),
  value: z.string().nullable(),
  follows: Text.nullable().meta({ description: "when and how tiers follow the grades; null: at once, with every run" }),
  foretells: z.boolean().meta({ description: "measures of it are fitted to all customers, and its fits can be read" }),
  text: z.string(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** A model as in force, among the others that are. */
export const PublishedModel = ModelVersion.extend({
  service: z.boolean().meta({ description: "the service model: its tiers are what staff see first, and what is asked of no model is asked of it" }),
  review: z
    .object({
      last_on: z.string().meta({ description: "the day it was reviewed or published last" }),
      last_by: z.string(),
      note: z.string().nullable(),
      due_on: z.string(),
      due: z.boolean().meta({ description: "that day has come" }),
    })
    .nullable()
    .meta({ description: "null: the model asks for no review" }),
});
export type PublishedModel = z.infer<typeof PublishedModel>;

/** Fitted numbers a run applied: the upper edges of quantile bands, the means conditions speak of (decimals as text), and what measures foretell by. */
export const Calibration = z.object({
  id: z.string(),
  bands: z.record(z.string(), z.array(z.string())),
  means: z.record(z.string(), z.string()),
  fits: z.record(z.string(), MeasureFit).meta({ description: "by hash of what they were fitted to" }),
  definitions: z.record(z.string(), z.string()).meta({ description: "hash of what each fitted score and mean was made of" }),
});
export type Calibration = z.infer<typeof Calibration>;

/** A day, or a moment with its offset from UTC. */
const KnownAt = z.union([Day, z.iso.datetime({ offset: true })]);

export const RunRequest = z.object({
  model: z.string().meta({ description: "name of a published model or preset" }),
  as_of: Day,
  bands: Ties.optional().meta({ description: "another tie rule for this run, which then only reads" }),
  calibrate: z.boolean().optional().meta({ description: "calibrate anew, for models that calibrate when asked" }),
  only_changed: z.boolean().optional().meta({
    description: "only who may have another grade since the last run, by facts or by days that passed; everybody where that is not enough",
  }),
  confirm: z.boolean().optional().meta({ description: "go on although more customers move than the model's safety allows" }),
  known_at: KnownAt.optional().meta({ description: "as it was known on this day (through its end) or at this moment; such a run only reads" }),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const RunResult = z.object({
  run: z.number().int(),
  model: z.string(),
  version: z.number().int(),
  as_of: z.string(),
  known_at: z.string().nullable().meta({ description: "as it was known then; null: as it is known now" }),
  customers: z.number().int(),
  tiers: z.record(z.string(), z.number().int()),
  moved: z.number().int().meta({ description: "customers whose tier differs from the one they held" }),
  first_graded: z.number().int().meta({ description: "customers who held no tier before" }),
  seconds: z.number(),
  recomputed: z.number().int().optional().meta({ description: "of a run that graded only who may have another grade: how many" }),
  decided: z.boolean().meta({ description: "false: the run only read (a past day, or other bands) and moved nobody yet" }),
  advanced: z.boolean().meta({ description: "false: not a day of the model's schedule; figures are new, tiers stand" }),
});
export type RunResult = z.infer<typeof RunResult>;

/** A run as the ledger keeps it. */
const RunRecord = RunResult.extend({
  calibration: z.string().nullable(),
  calibrated_on: z.string().nullable().meta({ description: "as of which day the calibration was fitted; null: it has none" }),
  data_as_of: z.string().nullable().meta({ description: "when the newest fact it saw was recorded" }),
  computed_at: z.string(),
  requested_by: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** A run as a list shows it: figures of everybody only to who may see everybody. */
export const Run = RunRecord.extend({
  customers: z.number().int().nullable().meta({ description: "null: the reader sees a part of the customers" }),
  tiers: z.record(z.string(), z.number().int()).nullable(),
  moved: z.number().int().nullable(),
  first_graded: z.number().int().nullable(),
  rows_kept: z.boolean().meta({ description: "its rows can still be had" }),
});
export type Run = z.infer<typeof Run>;

export const Overview = z.object({
  model: ModelVersion,
  run: RunRecord,
  tiers: z.array(
    z.object({
      id: z.string(),
      title: Text,
      customers: z.number().int(),
      share: z.number(),
      value: z.string().nullable(),
      before: z.number().int().nullable().meta({ description: "customers at the previous decided run" }),
    }),
  ),
  funnel: z
    .array(
      z.object({
        id: z.string(),
        title: Text,
        reached: z.number().int().meta({ description: "customers who came at least so far" }),
        of_all: z.number().nullable(),
        of_before: z.number().nullable().meta({ description: "of those who came to the stage before; null at the first" }),
      }),
    )
    .nullable()
    .meta({ description: "the stages from the first on, for models whose tiers are stages" }),
  phases: z.record(Phase, z.number().int()).meta({ description: "customers by where they are between two tiers" }),
  movement: z.array(z.object({ from: z.string().nullable(), to: z.string(), customers: z.number().int() })),
});
export type Overview = z.infer<typeof Overview>;

/** What a person's word does to the tier: holds it there, or lets it go no lower, or no higher. */
export const OverrideKind = z.enum(["pin", "floor", "ceiling"]);
export type OverrideKind = z.infer<typeof OverrideKind>;

export const overrideKindLabels = {
  pin: { zh: "固定为", en: "Stays at" },
  floor: { zh: "不低于", en: "At least" },
  ceiling: { zh: "不高于", en: "At most" },
} as const satisfies Record<OverrideKind, Text>;

/** What has become of an override. */
export const OverrideState = z.enum(["waiting", "active", "refused", "withdrawn", "lapsed", "ended", "expired"]);
export type OverrideState = z.infer<typeof OverrideState>;

export const overrideStateLabels = {
  waiting: { zh: "待审批", en: "Waits for approval" },
  active: { zh: "生效中", en: "In force" },
  refused: { zh: "已驳回", en: "Refused" },
  withdrawn: { zh: "已撤回", en: "Withdrawn" },
  lapsed: { zh: "逾期未批", en: "Lapsed undecided" },
  ended: { zh: "已结束", en: "Ended" },
  expired: { zh: "已到期", en: "Expired" },
} as const satisfies Record<OverrideState, Text>;

const ownWords = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((word) => !word.includes("\0"), { params: { zh: "含有空字符（NUL）", en: "holds a NUL character" } });

/** Somebody looked at a model and found that it still holds. */
export const ModelReview = z.object({
  note: ownWords(2000)
    .optional()
    .meta({ label: { zh: "复核说明", en: "What was found" } }),
});
export type ModelReview = z.infer<typeof ModelReview>;

/** A person's reasoned word over a model's. */
export const OverrideRequest = z.object({
  model: DocumentName,
  kind: OverrideKind,
  tier: Name,
  reason: ownWords(2000).meta({ label: { zh: "理由", en: "Reason" } }),
  until: Day.meta({ description: "the last day on which it holds; it ends at midnight" }),
  plan: ownWords(20_000)
    .optional()
    .meta({ label: { zh: "一户一策", en: "Plan for this customer" }, description: "what is done for this customer alone" }),
});
export type OverrideRequest = z.infer<typeof OverrideRequest>;

export const OverrideDecision = z.object({ approve: z.boolean(), note: ownWords(2000).optional() });
export type OverrideDecision = z.infer<typeof OverrideDecision>;

/** An override as it stands: asked for by one person, decided by another. */
export const Override = z.object({
  override: z.number().int(),
  state: OverrideState,
  model: z.string(),
  customer_id: z.string(),
  name: z.string().nullable(),
  kind: OverrideKind,
  tier: z.string(),
  reason: z.string(),
  plan: z.string().nullable(),
  starts_on: z.string().nullable(),
  until_on: z.string(),
  requested_by: z.string(),
  requested_at: z.string(),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  decision_note: z.string().nullable(),
  ended_by: z.string().nullable(),
  ended_on: z.string().nullable(),
});
export type Override = z.infer<typeof Override>;

/** What came of a decision: `job` brings the tiers in line with it; null: nothing to do, or it is being done. */
export const OverrideAnswer = Override.extend({ job: z.string().nullable() });
export type OverrideAnswer = z.infer<typeof OverrideAnswer>;

/** How much waits for the reader's word: what others asked for, and what has to be looked at again. */
export const Approvals = z.object({
  proposals: z.number().int().meta({ description: "changes of models; 0 for who may not approve them" }),
  overrides: z.number().int().meta({ description: "overrides of customers in sight; 0 for who may not approve them" }),
  reviews: z.number().int().meta({ description: "models whose day of review has come; 0 for who may not publish" }),
});
export type Approvals = z.infer<typeof Approvals>;

/** A customer in a model's list: who, which tier since when, and every measure and score. */
export const StandingRow = z.object({
  customer_id: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  branch: z.string().nullable(),
  owner: z.object({ manager: z.string(), name: z.string().nullable() }).nullable().meta({ description: "the account manager who looks after them" }),
  tier: z.string(),
  grade: z.string().meta({ description: "the tier the measures ask for; another than `computed` while that is held for a time" }),
  computed: z.string().meta({ description: "the tier after the model's stability; another than `tier` under an override" }),
  override: OverrideKind.nullable(),
  phase: Phase,
  since: z.string().meta({ description: "as-of day of the run that gave the tier" }),
  figures: z.record(z.string(), Shown),
});
export type StandingRow = z.infer<typeof StandingRow>;

/** A comparison inside a condition with its outcome for one customer. */
export const Clause = z.object({ text: z.string(), holds: z.boolean().nullable(), figure: z.string().nullable(), actual: Shown, required: Shown });
export type Clause = z.infer<typeof Clause>;

/** One measure from what to what, and the tier that would give. */
const Step = z.object({ tier: z.string(), measure: z.string(), from: z.number().nullable(), to: z.number() });

/** Why this customer has this tier. */
export const Explanation = z.object({
  customer_id: z.string(),
  model: z.string(),
  version: z.number().int(),
  as_of: z.string(),
  run: z.number().int(),
  calibration: z.string().nullable(),
  grade: z.string().meta({ description: "the tier the measures ask for" }),
  computed: z.string().meta({ description: "the tier after the model's stability" }),
  phase: Phase,
  held: Text.nullable().meta({ description: "why the tier is another than the grade, and until when; null when it is the same" }),
  override: Override.nullable().meta({ description: "what waits or holds over the model" }),
  effective: z.string(),
  since: z.string(),
  figures: z.array(z.object({ name: z.string(), title: Text, unit: z.string(), value: Shown, how: Text })),
  score: z.number().nullable(),
  contributions: z.array(z.object({ name: z.string(), value: z.number() })),
  clause: z.string().nullable().meta({ description: "the condition that decided; null for the last tier" }),
  reason: Text,
  tiers: z.array(z.object({ id: z.string(), title: Text, when: z.string().nullable(), holds: z.boolean(), clauses: z.array(Clause) })),
  changes: z
    .object({
      since: z.string().meta({ description: "as-of day of the run before" }),
      tier: z.string(),
      figures: z.array(z.object({ name: z.string(), from: Shown, to: Shown })),
    })
    .nullable()
    .meta({ description: "figures that are others than at the run of an earlier day; null: none is kept" }),
  saving: Step.nullable().meta({ description: "the smallest change that would save the tier held; null when the grade is as good" }),
  next: Step.nullable().meta({ description: "the smallest change that would raise the grade" }),
  history: z.array(
    z.object({
      as_of: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      run: z.number().int(),
      version: z.number().int(),
      clause: z.string().nullable(),
      phase: Phase,
      by_override: z.boolean().meta({ description: "a person's word made it another tier than the model's" }),
    }),
  ),
});
export type Explanation = z.infer<typeof Explanation>;

/** The tier of a customer in one model. */
export const CustomerTier = z.object({
  model: z.string(),
  service: z.boolean().meta({ description: "of the service model, which comes first" }),
  title: Text,
  tier: z.string(),
  tier_title: Text,
  phase: Phase,
  override: OverrideKind.nullable(),
  since: z.string(),
  as_of: z.string(),
});
export type CustomerTier = z.infer<typeof CustomerTier>;

/** A model that comes with the product. */
export const Preset = z.object({ name: z.string(), title: Text, about: Text.nullable() });
export type Preset = z.infer<typeof Preset>;

/** What a preset says, to the byte. */
export const PresetText = z.object({ name: z.string(), text: z.string() });
export type PresetText = z.infer<typeof PresetText>;

/** What a check of a model's text finds. */
export const ModelCheck = z.object({
  problems: z.array(Problem),
  model: ModelVersion.pick({ title: true, tiers: true, columns: true, value: true })
    .nullable()
    .meta({ description: "what the text says, when nothing but examples is wrong with it" }),
  examples: z.array(z.object({ given: z.record(z.string(), Shown), expect: z.string(), actual: z.string(), holds: z.boolean() })),
});
export type ModelCheck = z.infer<typeof ModelCheck>;

/** Offered by later features: the tiers of a model that their documents name, their conditions over it, and which documents those are. */
export type TierReferences<Workspace> = (
  workspace: Workspace,
  model: string,
) => Promise<readonly { what: Text; tiers: readonly string[]; conditions: readonly { of: Text; when: string }[] }[]>;
