import type { Cli } from "../platform/cli/index.js";
import { type Contact, type Coverage, type DayPlan, type PlanVersion, type TeamDay, type Today, taskStateLabels } from "./schema.js";

/** Answers as people read them on a terminal. */
export function sayDay(plan: DayPlan, cli: Cli): string {
  if (!plan.workday)
    return cli.text({
      zh: `${plan.day} 不是工作日，没有任务清单；新增应尽服务 ${plan.opened} 项`,
      en: `${plan.day} is no workday: there are no lists; ${plan.opened} new obligations`,
    });
  return cli.text({
    zh: `${plan.day}：${plan.managers} 位客户经理共 ${plan.tasks} 项任务（顺延 ${plan.carried}，排队 ${plan.waiting}）；新增应尽服务 ${plan.opened}，已履行 ${plan.met}，未履行 ${plan.missed}，重新安排 ${plan.dropped}`,
    en: `${plan.day}: ${plan.tasks} tasks of ${plan.managers} managers (${plan.carried} carried over, ${plan.waiting} waiting); ${plan.opened} new obligations, ${plan.met} met, ${plan.missed} missed, ${plan.dropped} re-planned`,
  });
}

export function sayTasks({ day, tasks, planned, waiting }: Today, cli: Cli): string {
  if (day === null) return cli.text({ zh: "还没有安排过任何一天：tierkeep run", en: "No day was planned yet: tierkeep run" });
  const head = [
    { zh: "任务", en: "Task" },
    { zh: "客户", en: "Customer" },
    { zh: "电话", en: "Phone" },
    { zh: "事项", en: "What" },
    { zh: "原因", en: "Why" },
    { zh: "截止", en: "Until" },
    { zh: "分钟", en: "Minutes" },
    { zh: "状态", en: "State" },
  ].map(cli.text);
  const rows = tasks.map((one) => [
    String(one.task),
    `${one.customer_id} ${one.name ?? ""}`,
    one.phone ?? "",
    cli.text(one.title),
    cli.text(one.reason),
    one.due_on,
    one.minutes,
    cli.text(taskStateLabels[one.state]),
  ]);
  const line = cli.text({
    zh: `${day}：${tasks.length} 项任务，约 ${planned} 分钟；另有 ${waiting} 项排队`,
    en: `${day}: ${tasks.length} tasks, about ${planned} minutes; ${waiting} more are waiting`,
  });
  return [cli.table(head, rows), line].join("\n");
}

export function sayTeam(days: readonly TeamDay[], total: number | null, cli: Cli): string {
  if (days.length === 0)
    return cli.text({ zh: "还没有安排过任何一天，或没有客户经理：tierkeep run", en: "No day was planned yet, or there is no manager: tierkeep run" });
  const head = [
    { zh: "客户经理", en: "Manager" },
    { zh: "机构", en: "Branch" },
    { zh: "任务", en: "Tasks" },
    { zh: "已完成", en: "Done" },
    { zh: "待办", en: "To do" },
    { zh: "逾期", en: "Overdue" },
    { zh: "排队", en: "Waiting" },
    { zh: "分钟", en: "Minutes" },
    { zh: "上限", en: "Of" },
  ].map(cli.text);
  const rows = days.map(({ manager, tasks, done, open, overdue, waiting, minutes }) => [
    `${manager.manager} ${manager.name ?? ""}`,
    manager.branch ?? "—",
    tasks,
    done,
    open,
    overdue,
    waiting,
    minutes,
    manager.capacity,
  ]);
  const line = cli.text({ zh: `共 ${total ?? days.length} 位客户经理`, en: `${total ?? days.length} managers in all` });
  return [cli.table(head, rows), line].join("\n");
}

export function sayCoverage(coverage: Coverage, cli: Cli): string {
  const counts = [
    { zh: "应尽", en: "Promised" },
    { zh: "按时", en: "In time" },
    { zh: "逾期履行", en: "Late" },
    { zh: "未履行", en: "Missed" },
    { zh: "未完成", en: "Open" },
    { zh: "其中已逾期", en: "Of which overdue" },
  ].map(cli.text);
  const row = (title: string, one: Coverage["total"]) => [title, one.promised, one.met, one.late, one.missed, one.open, one.overdue];
  return [
    `${coverage.from} – ${coverage.to}`,
    cli.table(
      [cli.text({ zh: "层级", en: "Tier" }), ...counts],
      [...coverage.tiers.map((one) => row(cli.text(one.title), one)), row(cli.text({ zh: "合计", en: "Total" }), coverage.total)],
    ),
    cli.table(
      [cli.text({ zh: "服务", en: "Promise" }), ...counts],
      coverage.entitlements.map((one) => row(cli.text(one.title), one)),
    ),
  ].join("\n");
}

export function sayContact(contact: Contact, cli: Cli): string {
  const met = contact.met.map(cli.text).join(", ");
  if (met === "") return cli.text({ zh: "已记录联系；没有需要它履行的服务", en: "The contact is recorded; nothing was owed that it meets" });
  return cli.text({ zh: `已记录联系，履行了：${met}`, en: `The contact is recorded; it met: ${met}` });
}

export function sayPlans(plans: readonly PlanVersion[], cli: Cli): string {
  return cli.table(
    [
      { zh: "计划", en: "Plan" },
      { zh: "名称", en: "Title" },
      { zh: "模型", en: "Model" },
      { zh: "版本", en: "Version" },
      { zh: "服务项", en: "Promises" },
    ].map(cli.text),
    plans.map((one) => [one.plan, cli.text(one.title), one.model, one.version, one.entitlements.length]),
  );
}
