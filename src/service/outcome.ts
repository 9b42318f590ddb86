import { audit, demand } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { customerByPublicId, shownWords } from "../customer/index.js";
import { channelLabels } from "../outreach/schema.js";
import { type Calendar, calendarIn, lastWorkday } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { ProblemError, problem, refuse } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { visibilityOf } from "../portfolio/index.js";
import type { TaskAction } from "./plan.js";
import { rulesOf } from "./plan-day.js";
import { activePlans, type KeyedPlan, toldTo } from "./plans.js";
import type { Contact, NewContact, Outcome, Task } from "./schema.js";
import { meetObligations } from "./store/planning.js";
import * as store from "./store/tasks.js";
import { amongPeople } from "./store/turns.js";
import { profilesInSight, shownTasks } from "./today.js";
import { wordsOf } from "./words.js";

const channelPlace = { path: "channel" };

/** What is wrong with saying that this task is done: all at once. */
function doneProblems(action: TaskAction | undefined, outcome: Extract<Outcome, { outcome: "done" }>): Problem[] {
  const problems: Problem[] = [];
  if (action?.by != null && !action.by.includes(outcome.channel))
    problems.push(
      problem(
        "service.channel_does_not_count",
        { zh: `${channelLabels[outcome.channel].zh}不算完成这项任务`, en: `${channelLabels[outcome.channel].en} does not do this task` },
        {
          place: channelPlace,
          hint: {
            zh: `可用：${action.by.map((one) => channelLabels[one].zh).join("、")}`,
            en: `these do: ${action.by.map((one) => channelLabels[one].en).join(", ")}`,
          },
        },
      ),
    );
  if (action?.evidence === true && (outcome.evidence ?? "") === "")
    problems.push(
      problem(
        "service.evidence_missing",
        { zh: "这项任务需要凭证", en: "This task asks for evidence" },
        { place: { path: "evidence" }, hint: { zh: "写明凭证，例如拜访记录编号。", en: "Say what shows it, for example the number of the visit's record." } },
      ),
    );
  return problems;
}

/** A day may be chosen while a workday comes from it on before the promise is missed: on other days nobody has a list. */
function refuseDay(to: string, row: store.TaskRow, calendar: Calendar): void {
  const latest = lastWorkday(calendar, row.grace_until);
  if (to > row.day && to <= latest) return;
  refuse(
    "service.postponed_too_far",
    { zh: `不能推迟到 ${to}`, en: `It cannot be postponed to ${to}` },
    {
      place: { path: "to" },
      hint: { zh: `选择 ${row.day} 之后、不晚于 ${latest} 的日期`, en: `choose a day after ${row.day} and no later than ${latest}` },
    },
  );
}

const refuseUnknown = (task: number): never =>
  refuse(
    "service.unknown_task",
    { zh: `没有任务 ${task}，或不在您的权限范围内`, en: `There is no task ${task} that you may see` },
    { status: 404, hint: { zh: "任务编号见清单：tierkeep today 客户经理编号", en: "Its number stands on the list: tierkeep today MANAGER" } },
  );

async function openTask(tx: Transaction, task: number): Promise<store.TaskRow> {
  const row = await store.taskForUpdate(tx, task);
  if (row === undefined) return refuseUnknown(task);
  if (row.state === "open") return row;
  return refuse(
    "service.task_closed",
    { zh: "这项任务已经处理过了", en: "This task was worked on already" },
    {
      status: 409,
      hint: { zh: "刷新页面查看结果；之后又联系上的，登记为一次联系。", en: "Look at the list again; what came after it is recorded as a contact." },
    },
  );
}

/** Whose contact it is: the manager who is signed in, else the one whose task or customer it is. */
async function managerOf(tx: Transaction, actor: Actor, otherwise: number | null): Promise<number | null> {
  if (!("manager" in actor.scope)) return otherwise;
  return (await store.managerByName(tx, actor.scope.manager))?.manager_id ?? otherwise;
}

async function doIt(
  tx: Transaction,
  actor: Actor,
  row: store.TaskRow,
  outcome: Outcome,
  at: { now: string; today: string; calendar: Calendar; plans: readonly KeyedPlan[] },
): Promise<void> {
  if (outcome.outcome === "postponed") {
    refuseDay(outcome.to, row, at.calendar);
    await store.closeTask(tx, row.task, "postponed", { to: outcome.to, note: outcome.note });
    return store.planAgain(tx, row.obligation, outcome.to, 0);
  }
  const contact = await store.addContact(tx, {
    customer_id: row.customer_id,
    manager_id: await managerOf(tx, actor, row.manager_id),
    occurred_at: at.now,
    channel: outcome.channel,
    direction: "out",
    reached: outcome.outcome === "done",
    note: outcome.note || null,
    evidence: outcome.outcome === "done" ? outcome.evidence || null : null,
    task: row.task,
    fact: null,
    recorded_by: actor.login,
  });
  if (outcome.outcome === "not_reached") {
    await store.closeTask(tx, row.task, "not_reached");
    return store.planAgain(tx, row.obligation, at.calendar.nextWorkday(row.day), 1);
  }
  await store.closeTask(tx, row.task, "done");
  await store.settle(tx, row.obligation, contact, at.today);
  await meetObligations(tx, rulesOf(at.plans), [contact]);
  await store.closeMet(tx, row.customer_id);
}

/** Say what came of a task. One contact may meet several promises, each at most once. */
export async function recordOutcome(workspace: Workspace, actor: Actor, task: number, outcome: Outcome, now: Date): Promise<Task> {
  demand(actor, "work:do");
  const plans = await activePlans(workspace);
  const calendar = await calendarIn(workspace.directory);
  const at = { now: now.toISOString(), today: todayIn(workspace.settings.zone, now), calendar, plans };
  const visibility = await visibilityOf(workspace, actor);
  const customer = await atomically(workspace.postgres, visibility, (tx) => store.customerOfTask(tx, task));
  // Looked at once: what is written is answered, also when the customer leaves the actor's sight meanwhile.
  const [profile] = customer === undefined ? [] : await profilesInSight(workspace, actor, [customer]);
  if (profile === undefined) return refuseUnknown(task);
  const row = await amongPeople(workspace.postgres, visibility, profile.customer_id, async (tx) => {
    const held = await openTask(tx, task);
    if (outcome.outcome === "done") {
      const action = wordsOf(plans).of(held.plan, held.entitlement)?.action;
      const problems = doneProblems(action?.form === "task" ? action : undefined, outcome);
      if (problems.length > 0) throw new ProblemError(problems);
    }
    await doIt(tx, actor, held, outcome, at);
    await audit(tx, actor, `task.${outcome.outcome}`, `task:${task}`, { customer: profile.public_id });
    return store.taskForUpdate(tx, task);
  });
  const [shown] = await shownTasks(workspace, actor, row === undefined ? [] : [row], [profile]);
  if (shown === undefined) throw new Error(`task ${task} was worked on and is not there`);
  return shown;
}

/** Record a contact that no task asked for; it meets what it should. */
export async function recordContact(workspace: Workspace, actor: Actor, publicId: string, given: NewContact): Promise<Contact> {
  demand(actor, "work:do");
  const customer = await customerByPublicId(workspace, actor, publicId);
  const plans = await activePlans(workspace);
  const now = new Date();
  const occurred = given.occurred_at === undefined ? now : new Date(given.occurred_at);
  if (occurred.getTime() > now.getTime() + 60_000)
    refuse(
      "service.contact_to_come",
      { zh: "联系时间在将来", en: "The contact lies in the future" },
      { place: { path: "occurred_at" }, hint: { zh: "填写已经发生的时间。", en: "Give a moment that has been." } },
    );
  const told = await toldTo(workspace, actor);
  const owner = await workspace.warehouse.first<{ manager_id: number | null }>(sql`select manager_id from owner where customer_id = ${customer.customer_id}`);
  return amongPeople(workspace.postgres, { customers: [customer.customer_id] }, customer.customer_id, async (tx) => {
    const contact = await store.addContact(tx, {
      customer_id: customer.customer_id,
      manager_id: await managerOf(tx, actor, owner?.manager_id ?? null),
      occurred_at: occurred.toISOString(),
      channel: given.channel,
      direction: given.direction,
      reached: given.reached,
      note: given.note || null,
      evidence: given.evidence || null,
      task: null,
      fact: null,
      recorded_by: actor.login,
    });
    await meetObligations(tx, rulesOf(plans), [contact]);
    await store.closeMet(tx, customer.customer_id);
    await audit(tx, actor, "contact.record", `customer:${publicId}`, { channel: given.channel, reached: given.reached });
    const [row] = await store.contactsOf(tx, customer.customer_id, 1, told, contact);
    if (row === undefined) throw new Error("the contact was written and is not there");
    return shownContact(actor, row, plans);
  });
}

/** A contact as somebody may read it: notes are people's own words. */
export function shownContact(actor: Actor, row: Awaited<ReturnType<typeof store.contactsOf>>[number], plans: readonly KeyedPlan[]): Contact {
  const words = wordsOf(plans);
  return {
    contact: row.contact,
    channel: row.channel,
    direction: row.direction,
    reached: row.reached,
    occurred_at: row.occurred_at,
    note: shownWords(actor, row.note),
    evidence: shownWords(actor, row.evidence),
    manager: row.manager,
    manager_name: row.manager_name,
    recorded_by: row.recorded_by,
    met: row.met.map(({ plan, id }) => words.title(plan, id)),
  };
}
