import { z } from "zod";
import { Channel, MessageState } from "../outreach/schema.js";
import { Day, DocumentName, formed, Name, Problem, Text } from "../platform/schema.js";
import { AccountManager } from "../portfolio/schema.js";

/** The parts of the 1 + 4 model: what a new customer gets first, and four levels of service. */
export const PlanPart = z.enum(["new", "basic", "products", "news", "care"]);
export type PlanPart = z.infer<typeof PlanPart>;

export const planPartLabels = {
  new: { zh: "新客户三个一", en: "New customers: three firsts" },
  basic: { zh: "一级 基础服务", en: "Level 1: basic service" },
  products: { zh: "二级 产品与售后", en: "Level 2: products and after-sales" },
  news: { zh: "三级 信息告知", en: "Level 3: timely news" },
  care: { zh: "四级 情感关怀", en: "Level 4: warm care" },
} as const satisfies Record<PlanPart, Text>;

/** One promise of a plan: to whom, when, and what. Either recurring (`owes`) or for an occasion (`on`); a task of a person, or a text. */
export const Entitlement = z.strictObject({
  id: DocumentName,
  title: Text,
  about: Text.optional(),
  part: PlanPart.optional(),
  tiers: z.union([z.literal("all"), z.array(z.string()).min(1)]),
  when: z.string().optional().meta({ description: "condition over the model's measures and scores" }),
  owes: z.string().optional().meta({ description: "'1 per month', '2 per quarter', '1 per half year', '1 per year', or 'once'" }),
  standing: z.literal(true).optional().meta({ description: "a right the tier has at any time: nothing is due, nobody is asked" }),
  on: z.string().optional().meta({
    description:
      "birthday, joined, tier_change, holding.matures_on, holding.opened_on, a festival, or 'MM-DD' every year; with '- 7 days', '+ 1 day', 'at 09:00'",
  }),
  where: z.string().optional().meta({ description: "condition over the holding, for an occasion of holdings" }),
  within: z.string().optional().meta({ description: "how long it may take from the day it opens, e.g. '7 days'; recurring ones take their whole window" }),
  grace: z.string().optional().meta({ description: "after that it is late, and missed after this: '7 days' when absent" }),
  task: Name.optional().meta({ description: "what somebody has to do: contact (when absent), call, visit, gift, invite …" }),
  send: Name.optional().meta({ description: "the template of a text, instead of a task" }),
  by: z.array(Channel).optional().meta({ description: "contacts by these channels meet it; absent: by any" }),
  whose: z.enum(["team", "owner"]).default("team").meta({ description: "owner: only the owner's own contact meets it" }),
  minutes: z.number().int().min(0).max(480).optional().meta({ description: "a task's length; 10 when absent" }),
  cost: z.number().min(0).optional().meta({ description: "money each time, in the workspace's currency" }),
  evidence: z.boolean().optional().meta({ description: "whoever does it says what shows that it was done" }),
  script: Text.optional().meta({ description: "what to say, with the places of templates" }),
});
export type Entitlement = z.infer<typeof Entitlement>;

/** What each tier is promised, as people write it. */
export const ServicePlan = z.strictObject({
  plan: DocumentName,
  for: formed(/^[a-z][a-z0-9-]{0,62}(?:@[1-9]\d{0,5})?$/, {
    zh: "应为模型名，可加所需的最低版本，例如 retail-bank@1",
    en: "has to be a model's name, with the least version it needs if any, such as retail-bank@1",
  }).meta({ description: "a tier model, and the least version it needs: retail-bank@1" }),
  title: Text,
  about: Text.optional(),
  entitlements: z.array(Entitlement).min(1),
});
export type ServicePlan = z.infer<typeof ServicePlan>;

/** A published version of a plan. Its text is what was written, to the byte. */
export const PlanVersion = z.object({
  plan: z.string(),
  version: z.number().int(),
  title: Text,
  about: Text.nullable(),
  model: z.string(),
  origin: z.string(),
  published_at: z.string(),
  published_by: z.string(),
  tiers: z.array(z.object({ id: z.string(), title: Text })).meta({ description: "of the model, best first" }),
  entitlements: z.array(
    Entitlement.pick({ id: true, title: true, part: true, send: true, by: true, cost: true }).extend({
      about: Text.nullable(),
      form: z.enum(["task", "send", "right"]).meta({ description: "a person's task, a text, or a right at any time" }),
      tiers: z.array(z.string()),
      minutes: z.number().int().nullable().meta({ description: "of a task; null: it takes nobody's time" }),
      rhythm: Text.meta({ description: "when it is due, in words" }),
    }),
  ),
  problems: z.array(Problem).meta({ description: "why it no longer fits the models and templates there are; no day is planned until that is mended" }),
  text: z.string(),
});
export type PlanVersion = z.infer<typeof PlanVersion>;

/** What a check of a plan's text finds. */
export const PlanCheck = z.object({ problems: z.array(Problem) });
export type PlanCheck = z.infer<typeof PlanCheck>;

/** Open; met in time; late, within the grace; missed; or dropped, because the customer's tier or plan changed. */
export const ObligationState = z.enum(["open", "met", "late", "missed", "dropped"]);
export type ObligationState = z.infer<typeof ObligationState>;

export const obligationStateLabels = {
  open: { zh: "未完成", en: "Open" },
  met: { zh: "按时完成", en: "Met" },
  late: { zh: "逾期履行", en: "Late" },
  missed: { zh: "未履行", en: "Missed" },
  dropped: { zh: "已重新安排", en: "Re-planned" },
} as const satisfies Record<ObligationState, Text>;

/** What one customer is owed, in one window. */
export const Obligation = z.object({
  obligation: z.number().int(),
  entitlement: z.string(),
  title: Text,
  opens_on: z.string(),
  due_on: z.string(),
  planned_on: z.string(),
  state: ObligationState,
  settled_on: z.string().nullable(),
  met_by: z
    .object({ channel: z.string(), occurred_at: z.string(), by: z.string(), evidence: z.string().nullable() })
    .nullable()
    .meta({ description: "the contact that met it: by whom, and the evidence given" }),
});
export type Obligation = z.infer<typeof Obligation>;

export const TaskState = z.enum(["open", "done", "postponed", "not_reached", "carried", "withdrawn"]);
export type TaskState = z.infer<typeof TaskState>;

export const taskStateLabels = {
  open: { zh: "待办", en: "To do" },
  done: { zh: "已完成", en: "Done" },
  postponed: { zh: "已推迟", en: "Postponed" },
  not_reached: { zh: "未联系上", en: "Not reached" },
  carried: { zh: "顺延", en: "Carried over" },
  withdrawn: { zh: "已取消", en: "Withdrawn" },
} as const satisfies Record<TaskState, Text>;

/** One line of somebody's day: whom to contact, why, until when, and what to say. */
export const Task = z.object({
  task: z.number().int(),
  customer_id: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  tier: z.string(),
  tier_title: Text,
  kind: z.string().meta({ description: "what to do: contact, call, visit, gift …" }),
  entitlement: z.string(),
  title: Text,
  reason: Text.meta({ description: "why it is on the list" }),
  script: Text.nullable().meta({ description: "what to say, filled for this customer; null: nothing is prescribed" }),
  by: z.array(Channel).meta({ description: "channels that count" }),
  evidence: z.boolean(),
  minutes: z.number().int(),
  day: z.string(),
  due_on: z.string(),
  overdue: z.boolean(),
  attempts: z.number().int().meta({ description: "times nobody was reached" }),
  state: TaskState,
  postponed_to: z.string().nullable(),
  postpone: z.array(z.string()).meta({ description: "workdays it may be put off to, nearest first; none: it cannot wait any longer" }),
  latest_on: z.string().meta({ description: "the last day it may be put off to" }),
  note: z.string().nullable().meta({ description: "why it was put off" }),
  manager: z.string(),
});
export type Task = z.infer<typeof Task>;

/** One manager's list of a day. */
export const Today = z.object({
  day: z.string().nullable().meta({ description: "the day the list is of: the last one planned; null: none was" }),
  today: z.string().meta({ description: "the workspace's day now" }),
  workday: z.boolean().meta({ description: "whether today is one" }),
  next_workday: z.string(),
  manager: AccountManager.nullable().meta({ description: "null: the reader is no account manager and named none" }),
  planned: z.number().int().meta({ description: "minutes on the list" }),
  waiting: z.number().int().meta({ description: "tasks that are due to be planned and did not fit" }),
  tasks: z.array(Task),
});
export type Today = z.infer<typeof Today>;

/** How somebody's day goes, in figures. */
export const TeamDay = z.object({
  manager: AccountManager,
  tasks: z.number().int(),
  done: z.number().int(),
  open: z.number().int(),
  overdue: z.number().int(),
  waiting: z.number().int(),
  minutes: z.number().int().meta({ description: "planned for the day" }),
});
export type TeamDay = z.infer<typeof TeamDay>;

/** What came of a task. */
export const Outcome = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("done"), channel: Channel, note: z.string().trim().max(2000).optional(), evidence: z.string().trim().max(500).optional() }),
  z.object({ outcome: z.literal("not_reached"), channel: Channel, note: z.string().trim().max(2000).optional() }),
  z.object({ outcome: z.literal("postponed"), to: Day, note: z.string().trim().max(2000).optional() }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** A contact to be recorded. */
export const NewContact = z.object({
  channel: Channel,
  direction: z.enum(["in", "out"]).default("out"),
  reached: z.boolean().default(true),
  occurred_at: z.iso
    .datetime({ offset: true })
    .refine((moment) => Date.parse(moment) >= Date.parse("0001-01-02"), { params: { zh: "年份从 0001 开始", en: "years begin with 0001" } })
    .optional()
    .meta({ description: "now when absent" }),
  note: z.string().trim().max(2000).optional(),
  evidence: z.string().trim().max(500).optional(),
});
export type NewContact = z.infer<typeof NewContact>;

/** A contact with a customer, and what it met. */
export const Contact = z.object({
  contact: z.number().int(),
  channel: z.string(),
  direction: z.string(),
  reached: z.boolean(),
  occurred_at: z.string(),
  note: z.string().nullable(),
  evidence: z.string().nullable(),
  manager: z.string().nullable(),
  manager_name: z.string().nullable(),
  recorded_by: z.string(),
  met: z.array(Text).meta({ description: "titles of what it met" }),
});
export type Contact = z.infer<typeof Contact>;

/** One customer's side of the service plan. */
export const CustomerService = z.object({
  plan: z.string().nullable(),
  tasks: z.array(Task).meta({ description: "on today's list" }),
  obligations: z.array(Obligation).meta({ description: "open, and the latest settled" }),
  contacts: z.array(Contact).meta({ description: "newest first" }),
  rights: z.array(z.object({ title: Text, about: Text.nullable() })).meta({ description: "what the tier has at any time" }),
});
export type CustomerService = z.infer<typeof CustomerService>;

const CoverageCount = z.object({
  promised: z.number().int(),
  met: z.number().int(),
  late: z.number().int(),
  missed: z.number().int(),
  open: z.number().int(),
  overdue: z.number().int().meta({ description: "of those open: past their due day, not yet missed" }),
});

/** What each tier was promised in a time and what it got: promised = met + late + missed + open. */
export const Coverage = z.object({
  from: z.string(),
  to: z.string(),
  total: CoverageCount,
  tiers: z.array(CoverageCount.extend({ model: z.string(), tier: z.string(), title: Text })),
  entitlements: z.array(CoverageCount.extend({ plan: z.string(), entitlement: z.string(), title: Text })),
  messages: z.array(z.object({ state: MessageState, messages: z.number().int() })),
});
export type Coverage = z.infer<typeof Coverage>;

/** What the planning of a day did. */
export const DayPlan = z.object({
  day: z.string(),
  workday: z.boolean(),
  opened: z.number().int().meta({ description: "new obligations" }),
  dropped: z.number().int(),
  met: z.number().int().meta({ description: "met or late by contacts that were told since the last planning" }),
  missed: z.number().int(),
  tasks: z.number().int().meta({ description: "on the day's lists" }),
  carried: z.number().int().meta({ description: "of those, left from earlier days" }),
  waiting: z.number().int().meta({ description: "did not fit" }),
  managers: z.number().int().meta({ description: "with a list" }),
});
export type DayPlan = z.infer<typeof DayPlan>;

/** The day in figures, for the overview: of what the reader may see. */
export const DaySummary = z.object({
  day: z.string().nullable(),
  managers: z.number().int(),
  tasks: z.number().int(),
  done: z.number().int(),
  open: z.number().int(),
  not_reached: z.number().int(),
  postponed: z.number().int(),
  overdue: z.number().int(),
  waiting: z.number().int(),
  minutes: z.number().int(),
  capacity: z.number().int(),
});
export type DaySummary = z.infer<typeof DaySummary>;
