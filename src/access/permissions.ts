import { refuse } from "../platform/problem.js";
import { type Actor, Permission, type Role } from "./schema.js";

/** Who may do what. Which customers one sees is the scope's matter, not the role's. */
const granted = {
  operator: Permission.options,
  head: [
    "customers:read",
    "personal:read",
    "models:approve",
    "tiers:run",
    "overrides:request",
    "overrides:approve",
    "portfolio:assign",
    "work:do",
    "messages:read",
    "cycle:run",
    "jobs:read",
    "audit:read",
  ],
  branch_head: ["customers:read", "personal:read", "overrides:request", "overrides:approve", "work:do", "messages:read"],
  account_manager: ["customers:read", "personal:read", "overrides:request", "work:do", "messages:read"],
  analyst: ["customers:read", "facts:import", "models:publish", "tiers:run", "portfolio:assign", "plans:publish", "cycle:run", "jobs:read"],
  auditor: ["customers:read", "jobs:read", "audit:read"],
} as const satisfies Record<Role, readonly Permission[]>;

/** What tells figures of the whole bank: nothing for those who see a part of it, whatever their role. */
const wholeBank: ReadonlySet<Permission> = new Set(["models:approve", "tiers:run", "portfolio:assign", "cycle:run", "jobs:read", "audit:read"]);

export function permissionsOf({ role, scope }: Pick<Actor, "role" | "scope">): Permission[] {
  return granted[role].filter((permission) => "all" in scope || !wholeBank.has(permission));
}

export const may = (actor: Actor, permission: Permission): boolean => permissionsOf(actor).includes(permission);

const deeds = {
  "customers:read": { zh: "查看客户", en: "see customers" },
  "personal:read": { zh: "查看个人信息", en: "see personal data" },
  "facts:import": { zh: "导入数据", en: "import data" },
  "models:publish": { zh: "发布分层模型", en: "publish models" },
  "models:approve": { zh: "审批模型变更", en: "approve changes of models" },
  "tiers:run": { zh: "运行分层", en: "run a model" },
  "overrides:request": { zh: "申请人工调整层级", en: "ask for an override" },
  "overrides:approve": { zh: "审批人工调整", en: "approve overrides" },
  "portfolio:assign": { zh: "指派客户经理", en: "assign account managers" },
  "plans:publish": { zh: "发布服务计划", en: "publish service plans" },
  "work:do": { zh: "处理任务和记录联系", en: "work on tasks and record contacts" },
  "messages:read": { zh: "查看待发消息", en: "see messages" },
  "cycle:run": { zh: "运行每日流程", en: "run the daily cycle" },
  "jobs:read": { zh: "查看后台作业", en: "see jobs" },
  "audit:read": { zh: "查看审计记录", en: "see the audit trail" },
  "users:manage": { zh: "管理用户", en: "manage users" },
} as const satisfies Record<Permission, { zh: string; en: string }>;

/** Go on only if the actor may. */
export function demand(actor: Actor, permission: Permission): void {
  if (may(actor, permission)) return;
  const deed = deeds[permission];
  refuse(
    "access.denied",
    { zh: `您没有“${deed.zh}”的权限`, en: `You may not ${deed.en}` },
    { status: 403, hint: { zh: "请联系管理员调整角色", en: "Ask whoever manages users for another role" } },
  );
}
