import { z } from "zod";
import { Day, DocumentName, Text } from "../../platform/schema.js";

/** Offered by later features: what the customers of a tier are owed. */
export interface TierWork {
  model: string;
  tier: string;
  /** Of somebody's work, a month. */
  minutes: number;
  /** By somebody, a month. */
  contacts: number;
  /** Of gifts and the like, a year, in the workspace's currency. */
  cost: number;
}

export type Workload<Workspace> = (workspace: Workspace) => Promise<readonly TierWork[]>;

/** What a change of a model starts from: a text, a preset, or an earlier version. */
export const ModelSource = z.union([
  z.object({ text: z.string().max(1_000_000), origin: z.string().max(200).default("api").meta({ description: "where the text came from: a file's name" }) }),
  z.object({ preset: z.string() }),
  z.object({ model: DocumentName, version: z.number().int().min(1).optional().meta({ description: "absent: the version before the one in force" }) }),
]);
export type ModelSource = z.infer<typeof ModelSource>;

export const PreviewRequest = z.object({
  source: ModelSource,
  as_of: Day.optional().meta({ description: "absent: the day of the model's last run or, without one, the newest day any fact speaks of" }),
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;

/** A reason is a sentence or two. */
export const NOTE_LENGTH = 500;

export const ApplyRequest = PreviewRequest.extend({
  base: z
    .object({ model: z.string(), version: z.number().int() })
    .optional()
    .meta({ description: "the version the change was made from: refused when another is in force meanwhile, or the text is of another model" }),
  confirm: z.boolean().optional().meta({ description: "go on although more customers move than the model's safety allows" }),
  note: z
    .string()
    .trim()
    .min(1)
    .max(NOTE_LENGTH)
    .optional()
    .meta({ description: "why the change is made: kept with the proposal, where it becomes one, and in the audit trail" }),
});
export type ApplyRequest = z.infer<typeof ApplyRequest>;

const Counts = z.record(z.string(), z.number().int());
const BeforeAndAfter = z.object({ before: z.number(), after: z.number() });

/** What a change of a model does to everybody, beside what it is now. */
export const ModelPreview = z.object({
  model: z.string(),
  tiers: z.array(z.object({ id: z.string(), title: Text })).meta({ description: "of the text, best first" }),
  as_of: z.string().nullable().meta({ description: "null: there are no facts yet" }),
  customers: z.number().int(),
  before: Counts.meta({ description: "customers of every tier as held now; empty before the first run" }),
  after: Counts,
  moved: z.number().int(),
  first_graded: z.number().int(),
  share: z.number().meta({ description: "of those who hold a tier, how many move: 0 to 1" }),
  drift: z.number().int().meta({ description: "of those who hold a tier, how many the version in force moves on the same day and facts, without the change" }),
  changed: z.number().int().meta({ description: "customers whose tier is another than the version in force gives on the same day and facts" }),
  changed_share: z.number().meta({ description: "the same as a share, 0 to 1: what is held against approve_if_moved_over" }),
  words_only: z.boolean().meta({ description: "nothing but words is another than at the last run: publishing it grades nobody again" }),
  matrix: z.record(z.string(), Counts).meta({ description: "from tier, to tier, customers; also those who stay" }),
  workload: z.object({
    contacts: BeforeAndAfter.meta({ description: "by somebody, a month" }),
    hours: BeforeAndAfter.meta({ description: "of work, a month" }),
  }),
  cost: BeforeAndAfter.meta({ description: "of gifts and the like, a year, in the workspace's currency" }),
  managers: z
    .array(z.object({ manager: z.string(), name: z.string().nullable(), before: z.number(), after: z.number() }))
    .meta({ description: "hours a month of each account manager with the customers they have now; those whose hours change most" }),
  movers: z
    .array(z.object({ customer_id: z.string(), from: z.string(), to: z.string(), value: z.string().nullable() }))
    .meta({ description: "some of those who move, by what they are worth" }),
  stops: z.number().nullable().meta({ description: "the share above which the model's safety asks; null: it never does" }),
  lifts_limits: z.boolean().meta({ description: "it drops or raises a share of the model's safety" }),
  needs_approval: z.boolean().meta({ description: "more move than one person alone may publish, or it would let more" }),
});
export type ModelPreview = z.infer<typeof ModelPreview>;

/** What has become of a change of a model that needs somebody else's approval. */
export const ProposalState = z.enum(["waiting", "approved", "refused", "withdrawn", "lapsed"]);
export type ProposalState = z.infer<typeof ProposalState>;

export const proposalStateLabels = {
  waiting: { zh: "待审批", en: "Waits for approval" },
  approved: { zh: "已批准", en: "Approved" },
  refused: { zh: "已驳回", en: "Refused" },
  withdrawn: { zh: "已撤回", en: "Withdrawn" },
  lapsed: { zh: "已失效", en: "Lapsed" },
} as const satisfies Record<ProposalState, Text>;

/** A change of a model that moves more customers than one person may: asked for by one, decided by another. */
export const Proposal = z.object({
  proposal: z.number().int(),
  state: ProposalState,
  model: z.string(),
  title: Text,
  base_version: z.number().int().meta({ description: "the version in force when it was asked for; when another is published it lapses" }),
  text: z.string(),
  origin: z.string(),
  preview: ModelPreview.meta({ description: "when it was asked for, without the customers who move" }),
  requested_by: z.string(),
  requested_at: z.string(),
  note: z.string().nullable().meta({ description: "why it was asked for" }),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  decision_note: z.string().nullable(),
  version: z.number().int().nullable().meta({ description: "as which it was published" }),
});
export type Proposal = z.infer<typeof Proposal>;

export const ProposalDecision = z.object({ approve: z.boolean(), note: z.string().trim().min(1).max(2000).optional() });
export type ProposalDecision = z.infer<typeof ProposalDecision>;

/** What came of a decision: `job` grades everybody by the new version; null: nothing to do. */
export const ProposalAnswer = Proposal.extend({ job: z.string().nullable() });
export type ProposalAnswer = z.infer<typeof ProposalAnswer>;

/** What applying a change did: the same figures as its preview, of what was done. */
export const ModelChange = ModelPreview.extend({
  version: z.number().int().nullable().meta({ description: "the version in force now; null: it waits for approval" }),
  run: z.number().int().nullable().meta({ description: "the run that moved them; null: nobody was moved yet" }),
  proposal: z.number().int().nullable().meta({ description: "what waits for somebody else's approval" }),
});
export type ModelChange = z.infer<typeof ModelChange>;

/** Versions beside each other, line by line. */
export const VersionDiff = z.object({
  model: z.string(),
  from: z.number().int(),
  to: z.number().int().nullable().meta({ description: "null: a change that was asked for" }),
  parts: z.array(z.object({ kind: z.enum(["same", "added", "removed"]), lines: z.array(z.string()) })),
});
export type VersionDiff = z.infer<typeof VersionDiff>;

/** Customers of every tier by a text that is being written, on the figures of the model's last run: what applying it does while the facts are the same. */
export const ModelCounts = ModelPreview.pick({ model: true, customers: true, before: true, after: true, moved: true, first_graded: true, matrix: true }).extend(
  {
    as_of: z.string(),
  },
);
export type ModelCounts = z.infer<typeof ModelCounts>;

/** How the values of a measure or score lie, in bins as wide as they look on its scale. */
export const Distribution = z.object({
  model: z.string(),
  name: z.string(),
  as_of: z.string(),
  customers: z.number().int(),
  without: z.number().int().meta({ description: "customers who have none" }),
  scale: z
    .object({ from: z.number(), to: z.number(), bend: z.number().nullable() })
    .meta({ description: "the place of x between from and to: linear, or with a bend that of ln(1 + (x - from) / bend)" }),
  bins: z.array(z.number().int()).meta({ description: "customers in each of as many equal parts of the scale; what lies beyond is in the outer ones" }),
  suggested: z.array(z.number()).meta({ description: "where the values themselves part, rounded" }),
});
export type Distribution = z.infer<typeof Distribution>;
