import { z } from "zod";
import { formed, Text } from "../platform/schema.js";

/** What a user may do. `operator` is the person at the machine: the command line of the workspace's owner. */
export const Role = z.enum(["operator", "head", "branch_head", "account_manager", "analyst", "auditor"]);
export type Role = z.infer<typeof Role>;

export const roleLabels = {
  operator: { zh: "系统运维", en: "Operator" },
  head: { zh: "总行领导", en: "Head office" },
  branch_head: { zh: "支行行长", en: "Branch head" },
  account_manager: { zh: "客户经理", en: "Account manager" },
  analyst: { zh: "数据分析师", en: "Analyst" },
  auditor: { zh: "审计", en: "Auditor" },
} as const satisfies Record<Role, { zh: string; en: string }>;

/** Roles of a part of the bank: without a branch, or without being a manager, they see nobody. */
export const isPartRole = (role: Role): boolean => role === "branch_head" || role === "account_manager";

/** Which customers someone may see: all of them, those of some branches (as the customer facts name them), or those a manager looks after. */
export const Scope = z.union([z.object({ all: z.literal(true) }), z.object({ branches: z.array(z.string()) }), z.object({ manager: z.string() })]);
export type Scope = z.infer<typeof Scope>;

/** Who is asking. Every read and write takes one. */
export const Actor = z.object({ id: z.string(), login: z.string(), name: z.string(), role: Role, scope: Scope });
export type Actor = z.infer<typeof Actor>;

/** What can be allowed or refused. */
export const Permission = z.enum([
  "customers:read",
  "personal:read",
  "facts:import",
  "models:publish",
  "models:approve",
  "tiers:run",
  "overrides:request",
  "overrides:approve",
  "portfolio:assign",
  "plans:publish",
  "work:do",
  "messages:read",
  "cycle:run",
  "jobs:read",
  "audit:read",
  "users:manage",
]);
export type Permission = z.infer<typeof Permission>;

export const SignIn = z.object({
  login: z
    .string()
    .min(1)
    .meta({ label: { zh: "用户名", en: "User name" } }),
  password: z
    .string()
    .min(1)
    .meta({ label: { zh: "密码", en: "Password" } }),
});
export type SignIn = z.infer<typeof SignIn>;

/** An open session. `token` is for programs (Authorization: Bearer); browsers hold it in a cookie. */
export const SignedIn = z.object({ actor: Actor, permissions: z.array(Permission), expires_at: z.string(), token: z.string().optional() });
export type SignedIn = z.infer<typeof SignedIn>;

export const NewUser = z
  .object({
    login: formed(/^[a-z0-9._-]{2,40}$/, {
      zh: "应为 2 至 40 个小写字母、数字、点、下划线或连字符",
      en: "has to be 2 to 40 lower-case letters, digits, points, underscores or hyphens",
    }).refine((login) => login !== "operator", {
      message: "The user name operator is the local command line's",
      params: { zh: "用户名 operator 保留给本机命令行" },
    }),
    name: z.string().min(1),
    role: Role.exclude(["operator"]),
    branches: z.array(z.string().min(1)).optional().meta({ description: "branches of the scope; absent means all, except for roles of a part of the bank" }),
    manager: z.string().min(1).max(200).optional().meta({ description: "which account manager this is: they see the customers they look after" }),
    password: z.string().min(8),
  })
  .refine(({ role, branches = [], manager }) => !isPartRole(role) || branches.length > 0 || (role === "account_manager" && manager !== undefined), {
    path: ["branches"],
    message: "A branch head needs at least one branch (--branch); an account manager needs their manager id (--manager) or a branch",
    params: { zh: "支行行长至少需要一个机构（--branch）；客户经理需要其客户经理编号（--manager）或机构" },
  })
  .refine(({ role, manager }) => manager === undefined || role === "account_manager", {
    path: ["manager"],
    message: "Only an account manager has a manager id",
    params: { zh: "只有客户经理才有客户经理编号" },
  });
export type NewUser = z.infer<typeof NewUser>;

/** What is written down of what people and the system do. */
export const AuditAction = z.enum([
  "session.open",
  "session.close",
  "user.add",
  "user.disable",
  "customer.export",
  "facts.import",
  "facts.receive",
  "models.publish",
  "models.service",
  "models.review",
  "models.propose",
  "models.approve",
  "models.refuse",
  "models.withdraw",
  "tiers.run",
  "groups.save",
  "groups.remove",
  "override.request",
  "override.approve",
  "override.refuse",
  "override.end",
  "portfolio.publish",
  "portfolio.assign",
  "templates.publish",
  "messages.prepare",
  "service.publish",
  "service.plan_day",
  "task.done",
  "task.not_reached",
  "task.postponed",
  "contact.record",
  "cycle.schedule",
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const auditActionLabels = {
  "session.open": { zh: "登录", en: "Signed in" },
  "session.close": { zh: "退出登录", en: "Signed out" },
  "user.add": { zh: "新增用户", en: "Added a user" },
  "user.disable": { zh: "停用用户", en: "Disabled a user" },
  "customer.export": { zh: "导出客户个人信息", en: "Exported a customer's personal data" },
  "facts.import": { zh: "导入数据", en: "Imported data" },
  "facts.receive": { zh: "接收实时数据", en: "Received live facts" },
  "models.publish": { zh: "发布分层模型", en: "Published a tier model" },
  "models.review": { zh: "复核模型", en: "Reviewed a model" },
  "models.service": { zh: "指定服务层级模型", en: "Named the service model" },
  "models.propose": { zh: "提交模型变更审批", en: "Asked for approval of a change of a model" },
  "models.approve": { zh: "批准模型变更", en: "Approved a change of a model" },
  "models.refuse": { zh: "驳回模型变更", en: "Refused a change of a model" },
  "models.withdraw": { zh: "撤回模型变更", en: "Took back a change of a model" },
  "tiers.run": { zh: "运行分层", en: "Ran a tier model" },
  "groups.save": { zh: "保存分群", en: "Saved a group" },
  "groups.remove": { zh: "删除分群", en: "Removed a group" },
  "override.request": { zh: "申请人工调整层级", en: "Asked for an override" },
  "override.approve": { zh: "批准人工调整", en: "Approved an override" },
  "override.refuse": { zh: "驳回人工调整", en: "Refused an override" },
  "override.end": { zh: "结束人工调整", en: "Ended an override" },
  "portfolio.publish": { zh: "发布管户规则", en: "Published the portfolio policy" },
  "portfolio.assign": { zh: "指派客户经理", en: "Assigned account managers" },
  "templates.publish": { zh: "发布模板", en: "Published a template" },
  "messages.prepare": { zh: "准备消息", en: "Prepared messages" },
  "service.publish": { zh: "发布服务计划", en: "Published a service plan" },
  "service.plan_day": { zh: "安排当天任务", en: "Planned a day" },
  "task.done": { zh: "完成任务", en: "Did a task" },
  "task.not_reached": { zh: "任务未联系上", en: "Did not reach a customer" },
  "task.postponed": { zh: "推迟任务", en: "Postponed a task" },
  "contact.record": { zh: "记录联系", en: "Recorded a contact" },
  "cycle.schedule": { zh: "设置每日流程时间", en: "Set when the daily cycle starts" },
} as const satisfies Record<AuditAction, { zh: string; en: string }>;

/** What an entry can be about: the word before the colon of its subject. */
const auditSubjectLabels: Readonly<Record<string, { zh: string; en: string }>> = {
  user: { zh: "用户", en: "User" },
  customer: { zh: "客户", en: "Customer" },
  batch: { zh: "导入批次", en: "Import" },
  model: { zh: "模型", en: "Model" },
  group: { zh: "分群", en: "Group" },
  portfolio: { zh: "管户", en: "Portfolio" },
  policy: { zh: "管户规则", en: "Policy" },
  template: { zh: "模板", en: "Template" },
  plan: { zh: "服务计划", en: "Plan" },
  day: { zh: "日期", en: "Day" },
  task: { zh: "任务", en: "Task" },
  cycle: { zh: "每日流程", en: "Daily cycle" },
};

/** What an entry is about, in words: its kind, and which. */
export function auditSubject(subject: string): { kind: { zh: string; en: string }; which: string } {
  const [word = "", ...which] = subject.split(":");
  return { kind: auditSubjectLabels[word] ?? { zh: word, en: word }, which: which.join(":") };
}

/** One thing somebody did. Sealed in batches by chained hashes. */
export const AuditEntry = z.object({
  id: z.number().int(),
  at: z.string(),
  actor: z.string(),
  action: AuditAction,
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Somebody who can sign in. */
export const User = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: Role,
  branches: z.array(z.string()).nullable().meta({ description: "branches of the scope; null: all customers" }),
  manager: z.string().nullable().meta({ description: "which account manager this is; null: none" }),
  created_at: z.string(),
  disabled_at: z.string().nullable().meta({ description: "since when they may not sign in; null: they may" }),
});
export type User = z.infer<typeof User>;

/** Whether every sealed entry still says what it said. Entries that wait for the next seal are counted, not vouched for. */
export const AuditVerification = z.object({
  whole: z.boolean(),
  seals: z.number().int(),
  entries: z.number().int().meta({ description: "entries under a seal" }),
  unsealed: z.number().int(),
  broken: z.object({ seal: z.number().int(), reason: Text }).nullable().meta({ description: "the first seal that does not hold" }),
});
export type AuditVerification = z.infer<typeof AuditVerification>;
