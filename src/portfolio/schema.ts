import { z } from "zod";
import { DocumentName, Problem, Text } from "../platform/schema.js";

/** How a customer is looked after: by a manager of their own, by a service team, or by themselves with somebody to turn to. */
export const ServiceMode = z.enum(["dedicated", "team", "self_service"]);
export type ServiceMode = z.infer<typeof ServiceMode>;

export const serviceModeLabels = {
  dedicated: { zh: "专属客户经理", en: "Dedicated manager" },
  team: { zh: "服务团队", en: "Service team" },
  self_service: { zh: "自助服务", en: "Self-service" },
} as const satisfies Record<ServiceMode, Text>;

/** What a manager is trusted with. */
export const ManagerLevel = z.enum(["senior", "intermediate", "junior"]);
export type ManagerLevel = z.infer<typeof ManagerLevel>;

export const managerLevelLabels = {
  senior: { zh: "高级", en: "Senior" },
  intermediate: { zh: "中级", en: "Intermediate" },
  junior: { zh: "初级", en: "Junior" },
} as const satisfies Record<ManagerLevel, Text>;

/** Which customers are served how, and by managers of which levels. */
export const Serving = z.strictObject({
  model: DocumentName.meta({ description: "the tier model whose tiers these are" }),
  tiers: z.array(z.string()).min(1),
  mode: ServiceMode,
  levels: z.array(ManagerLevel).min(1).meta({ description: "managers of these levels may be named" }),
  minutes: z.number().min(0).max(10_000).optional().meta({ description: "work a month; absent: what the service plans owe them" }),
});
export type Serving = z.infer<typeof Serving>;

/** Who is assigned to whom, as people write it: rows of one order, the first served first. */
export const PortfolioPolicy = z.strictObject({
  policy: DocumentName,
  title: Text,
  about: Text.optional(),
  workdays_per_month: z.number().int().min(1).max(31).default(21),
  capacity: z
    .partialRecord(ManagerLevel, z.number().int().min(0).max(1440))
    .default({})
    .meta({ description: "minutes of customer contact per workday, for managers whose own capacity is not told" }),
  serve: z.array(Serving).min(1),
});
export type PortfolioPolicy = z.infer<typeof PortfolioPolicy>;

/** A published version of the policy. Its text is what was written, to the byte. */
export const PolicyVersion = z.object({
  version: z.number().int(),
  title: Text,
  about: Text.nullable(),
  origin: z.string(),
  published_at: z.string(),
  published_by: z.string(),
  serve: z.array(Serving),
  text: z.string(),
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** Somebody who looks after customers. */
export const AccountManager = z.object({
  manager: z.string().meta({ description: "the id people use: M0001" }),
  name: z.string().nullable(),
  branch: z.string().nullable(),
  level: ManagerLevel,
  capacity: z.number().int().meta({ description: "minutes of customer contact per workday" }),
});
export type AccountManager = z.infer<typeof AccountManager>;

/** Why a customer has this owner, or none. The first are of those who have one. */
export const AssignmentReason = z.enum([
  "first",
  "tier_moved",
  "branch_moved",
  "manager_gone",
  "manager_full",
  "no_branch",
  "no_manager",
  "no_level",
  "no_room",
]);
export type AssignmentReason = z.infer<typeof AssignmentReason>;

export const assignmentReasonLabels = {
  first: { zh: "首次指派", en: "First assignment" },
  tier_moved: { zh: "层级变动，需要其他级别的客户经理", en: "The tier moved and asks for a manager of another level" },
  branch_moved: { zh: "客户换了机构", en: "The customer moved to another branch" },
  manager_gone: { zh: "原客户经理已离任", en: "The manager before is gone" },
  manager_full: { zh: "原客户经理超出工作量", en: "The manager before had more than their capacity" },
  no_branch: { zh: "客户没有所属机构", en: "The customer has no branch" },
  no_manager: { zh: "该机构没有客户经理", en: "The branch has no account manager" },
  no_level: { zh: "该机构没有所需级别的客户经理", en: "The branch has no manager of a level the tier asks for" },
  no_room: { zh: "该机构的客户经理都已满额", en: "The branch's managers have no room left" },
} as const satisfies Record<AssignmentReason, Text>;

/** A manager's portfolio against their capacity, both in minutes a month. */
export const PortfolioLoad = z.object({
  manager: AccountManager,
  customers: z.number().int(),
  modes: z.record(ServiceMode, z.number().int()),
  load: z.number().meta({ description: "minutes of work a month that their customers are owed" }),
  capacity: z.number().meta({ description: "minutes a month" }),
});
export type PortfolioLoad = z.infer<typeof PortfolioLoad>;

/** A manager's customers of one tier. */
export const PortfolioTier = z.object({ model: z.string(), tier: z.string(), title: Text, customers: z.number().int() });
export type PortfolioTier = z.infer<typeof PortfolioTier>;

/** One manager's portfolio with what it is made of. */
export const PortfolioDetail = PortfolioLoad.extend({ tiers: z.array(PortfolioTier) });
export type PortfolioDetail = z.infer<typeof PortfolioDetail>;

/** All the portfolios the reader may see, in figures. */
export const PortfolioSummary = z.object({
  assigned_on: z.string().nullable().meta({ description: "as-of day of the last assignment; null: there was none" }),
  customers: z.number().int(),
  placed: z.number().int(),
  unplaced: z.array(z.object({ reason: AssignmentReason, customers: z.number().int() })),
  modes: z.record(ServiceMode, z.number().int()),
  managers: z.number().int(),
  load: z.number(),
  capacity: z.number(),
  branches: z.array(
    z.object({
      branch: z.string().nullable(),
      managers: z.number().int(),
      customers: z.number().int(),
      unplaced: z.number().int(),
      load: z.number(),
      capacity: z.number(),
    }),
  ),
});
export type PortfolioSummary = z.infer<typeof PortfolioSummary>;

/** A customer nobody could be named for. */
export const Unplaced = z.object({
  customer_id: z.string(),
  name: z.string().nullable(),
  branch: z.string().nullable(),
  tier: z.string(),
  tier_title: Text,
  reason: AssignmentReason,
});
export type Unplaced = z.infer<typeof Unplaced>;

/** What an assignment did. */
export const AssignmentResult = z.object({
  as_of: z.string(),
  customers: z.number().int(),
  assigned: z.number().int().meta({ description: "customers who have an owner now and had none" }),
  moved: z.number().int(),
  kept: z.number().int(),
  unplaced: z.number().int(),
  unplaced_by_reason: z.partialRecord(AssignmentReason, z.number().int()),
  seconds: z.number(),
});
export type AssignmentResult = z.infer<typeof AssignmentResult>;

/** Who looks after one customer. */
export const Owner = z.object({
  manager: AccountManager.nullable(),
  mode: ServiceMode,
  since: z.string(),
  reason: AssignmentReason,
  moves: z.array(z.object({ on: z.string(), from: z.string().nullable(), to: z.string().nullable(), reason: AssignmentReason })),
});
export type Owner = z.infer<typeof Owner>;

/** What a check of a policy's text finds. */
export const PolicyCheck = z.object({ problems: z.array(Problem) });
export type PolicyCheck = z.infer<typeof PolicyCheck>;
