import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import type { PersonalData } from "../customer/schema.js";
import type { TemplateUses } from "../outreach/schema.js";
import type { ChangeReader } from "../platform/changes/index.js";
import type { StepKind } from "../platform/cycle/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { TierReferences } from "../tiering/schema.js";
import { moveContacts } from "./facts.js";
import { planDay } from "./plan-day.js";
import { cannotOffer, namedBy, plansToKeep } from "./plans.js";
import { prepareDay } from "./prepare.js";
import { lastDay } from "./store/planning.js";
import { rowsOf } from "./store/tasks.js";

export { customerPanel } from "./panel.js";
export { workload } from "./workload.js";

export const personalData: PersonalData<Transaction> = { holds: ["obligation", "task", "contact"], export: rowsOf };

export const references: TierReferences<Workspace> = namedBy;
export const templateUses: TemplateUses<Workspace> = cannotOffer;

/** When tiers or owners changed, what is owed is planned again for the day that was planned last, and notices are prepared. */
export const onChange: ChangeReader = {
  name: "service",
  kinds: ["tiers", "assignments"],
  follow: async (workspace, _changes, report) => {
    const day = await atomically(workspace.postgres, "all", lastDay);
    if (day === null) return;
    await planDay(workspace, operator, day, report);
    await prepareDay(workspace, operator, day, report);
  },
};

const noPlan = { zh: "没有服务计划，无事可做", en: "No plan: nothing to do" };

/** The steps of the cycle: contacts become facts before tiers are graded; the day is planned after owners are known; then texts. */
export const steps: Record<"contacts" | "plan" | "messages", StepKind<Actor>> = {
  contacts: {
    name: "contacts",
    title: { zh: "登记联系记录", en: "Record contacts" },
    run: async ({ workspace }) => [{ title: { zh: "联系", en: "Contacts" }, count: await moveContacts(workspace) }],
  },
  plan: {
    name: "plan",
    title: { zh: "安排当天任务", en: "Plan the day" },
    idle: noPlan,
    run: async ({ workspace, actor, day, report }) => {
      if ((await plansToKeep(workspace)).length === 0) return [];
      const plan = await planDay(workspace, actor, day, report);
      return [
        { title: { zh: "新增应尽服务", en: "New obligations" }, count: plan.opened },
        { title: { zh: "今日任务", en: "Tasks" }, count: plan.tasks },
        { title: { zh: "顺延", en: "Carried over" }, count: plan.carried },
        { title: { zh: "排队", en: "Waiting" }, count: plan.waiting },
        { title: { zh: "未履行", en: "Missed" }, count: plan.missed },
      ];
    },
  },
  messages: {
    name: "messages",
    title: { zh: "准备消息", en: "Prepare messages" },
    idle: noPlan,
    run: async ({ workspace, actor, day, report }) => {
      if ((await plansToKeep(workspace)).length === 0) return [];
      const { prepared, waiting, suppressed, unchanged } = await prepareDay(workspace, actor, day, report);
      return [
        { title: { zh: "待发送", en: "Ready" }, count: prepared },
        { title: { zh: "等待", en: "Waiting" }, count: waiting },
        { title: { zh: "不发送", en: "Suppressed" }, count: suppressed },
        { title: { zh: "已有", en: "Already prepared" }, count: unchanged },
      ];
    },
  },
};
