import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { type Calendar, calendarIn, daysAfter } from "../platform/calendar/index.js";
import { checkExpression, namesIn, print } from "../platform/expression/index.js";
import { atomically, copyLine, type Transaction } from "../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../platform/problem.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import type { Session } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { type InForce, kindsOf, movesOfRuns, standingInForce } from "../tiering/index.js";
import type { CorePlan } from "./plan.js";
import { type KeyedPlan, plansToKeep } from "./plans.js";
import { prepareBirthdays, prepareMoves } from "./queries/occasions.js";
import { contactsTold, factsTakenBack, gatherOwed, type OwedBy } from "./queries/owed.js";
import { LATE_NOTICE } from "./queries/sends.js";
import { windowOf } from "./rhythm.js";
import type { DayPlan } from "./schema.js";
import * as store from "./store/planning.js";
import { alone } from "./store/turns.js";

const title = { zh: "安排当天任务", en: "Planning the day" };

/** A plan with the standing of its model; plans whose model has not run promise nobody anything yet. */
export type PlanInForce = KeyedPlan & { standing: InForce };

/** A condition may speak of a figure that the published model has, and that the one that ran had not or had of another kind. */
function refuseNotRun({ core }: KeyedPlan, standing: InForce): void {
  const held = kindsOf(standing.plan);
  const [unfit] = core.entitlements.flatMap(({ when }) => (when === null || checkExpression(when, held).problems.length === 0 ? [] : [when]));
  if (unfit === undefined) return;
  const name = namesIn(unfit).find((one) => !held.has(one)) ?? print(unfit);
  refuse(
    "service.model_not_run",
    {
      zh: `计划 ${core.plan} 用到 ${name}，模型 ${core.model} 的新版本还没有运行`,
      en: `The plan ${core.plan} speaks of ${name}: the newer version of the model ${core.model} has not been run`,
    },
    { hint: { zh: `先运行：tierkeep tier ${core.model} --as-of 日期`, en: `Run it first: tierkeep tier ${core.model} --as-of DATE` } },
  );
}

export async function withStandings(workspace: Workspace, active: readonly KeyedPlan[]): Promise<PlanInForce[]> {
  const found: PlanInForce[] = [];
  for (const plan of active) {
    const standing = await standingInForce(workspace, plan.core.model).catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return undefined;
      throw error;
    });
    if (standing === undefined) continue;
    refuseNotRun(plan, standing);
    found.push({ ...plan, standing });
  }
  return found;
}

/** How contacts meet the tasks of plans. */
export const rulesOf = (plans: readonly KeyedPlan[]): store.MeetingRule[] =>
  plans.flatMap(({ core, keys }) =>
    core.entitlements.flatMap(({ id, action }) =>
      action.form === "task" ? [{ entitlement: keys.get(id) ?? -1, channels: action.by, owner_only: action.whose === "owner", evidence: action.evidence }] : [],
    ),
  );

const isTask = (entitlement: CorePlan["entitlements"][number]): entitlement is OwedBy["entitlement"] => entitlement.action.form === "task";

const owedBy = (plans: readonly PlanInForce[]): OwedBy[] =>
  plans.flatMap(({ core, keys, standing }) =>
    core.entitlements.filter(isTask).map((entitlement) => ({ key: keys.get(entitlement.id) ?? -1, entitlement, standing })),
  );

/** Is it owed to who moves between tiers? */
export const isOfMoves = ({ rhythm }: CorePlan["entitlements"][number]): boolean => rhythm.form === "occasion" && rhythm.of === "tier_change";

/** What entitlements ask of the session before their own questions. */
export async function prepareSession(workspace: Workspace, session: Session, plans: readonly PlanInForce[], day: string): Promise<void> {
  const occasions = plans.flatMap(({ core }) =>
    core.entitlements.flatMap(({ rhythm, within }) =>
      rhythm.form === "occasion" ? [{ of: rhythm.of, reach: Math.max(within, LATE_NOTICE) + Math.abs(rhythm.offset) }] : [],
    ),
  );
  if (occasions.some(({ of }) => of === "birthday")) await prepareBirthdays(session);
  const reaches = occasions.flatMap(({ of, reach }) => (of === "tier_change" ? [reach] : []));
  if (reaches.length === 0) return;
  await prepareMoves(
    session,
    movesOfRuns(
      workspace,
      plans.map(({ core }) => core.model),
      daysAfter(day, -Math.max(...reaches) - 1),
    ),
  );
}

/** Since when contacts count for what is owed on this day: what is late is still open, in windows that are over. */
function countsSince(plans: readonly PlanInForce[], day: string): string {
  const starts = plans.flatMap(({ core }) =>
    core.entitlements.map(({ rhythm, within, grace }) =>
      rhythm.form === "recurring" ? windowOf(rhythm.period, daysAfter(day, -grace)).from : daysAfter(day, -within - grace),
    ),
  );
  return starts.sort()[0] ?? day;
}

async function* linesOf(session: Session, query: Parameters<Session["chunks"]>[0]): AsyncGenerator<string> {
  for await (const rows of session.chunks<{ line: string }>(query)) yield rows.map((row) => row.line).join("");
}

const FROM_THE_FIRST = "0001-01-01 00:00:00";
const toldColumns = ["customer_id", "manager_id", "occurred_at", "channel", "direction", "fact", "recorded_at"] as const;

/** Contacts as facts tell of them now: what a source took back since we looked is none any more, what is new becomes one. */
async function takeContacts(tx: Transaction, session: Session, plans: readonly PlanInForce[], day: string): Promise<void> {
  const until = (await store.contactsToldUntil(tx)) ?? FROM_THE_FIRST;
  async function* takenBack(): AsyncGenerator<string> {
    for await (const rows of session.chunks<{ fact: string }>(factsTakenBack(until))) yield rows.map(({ fact }) => copyLine([fact])).join("");
  }
  await store.takeBackContacts(tx, until === FROM_THE_FIRST ? [] : takenBack());
  // A plan that is new since the last planning may count contacts from further back than were looked for then.
  const last = await store.lastDay(tx);
  const known = plans.some((plan) => plan.published_on >= (last ?? day)) ? FROM_THE_FIRST : until;
  async function* lines(): AsyncGenerator<string> {
    for await (const rows of session.chunks<Record<string, string | number | null>>(contactsTold(countsSince(plans, day), known, until))) {
      yield rows.map((row) => copyLine(toldColumns.map((column) => (column === "recorded_at" ? `${String(row[column])}Z` : (row[column] ?? null))))).join("");
    }
  }
  await store.addToldContacts(tx, lines());
}

/** A day before the last one planned is over: its lists are closed, and planning it again would open them. */
async function refusePassedDay(workspace: Workspace, day: string): Promise<void> {
  const last = await atomically(workspace.postgres, "all", store.lastDay);
  if (last === null || day >= last) return;
  refuse(
    "service.day_passed",
    { zh: `${day} 已经过去：最近安排的是 ${last}`, en: `${day} is over: the last day planned is ${last}` },
    { place: { path: "day" }, hint: { zh: `安排 ${last} 或之后的日期。`, en: `Plan ${last} or a later day.` } },
  );
}

/**
 * Plan a day: what is owed becomes obligations, contacts meet them, what nobody did in time is missed, and each manager gets a
 * list within their capacity. One PostgreSQL transaction; the same day again changes nothing.
 */
export async function planDay(workspace: Workspace, actor: Actor, day: string, report: OnProgress): Promise<DayPlan> {
  const calendar: Calendar = await calendarIn(workspace.directory);
  const active = await plansToKeep(workspace);
  const plans = await withStandings(workspace, active);
  await refusePassedDay(workspace, day);
  const progress = stepProgress(report, title, "steps", 4);
  return workspace.warehouse.write(async (session) => {
    await prepareSession(workspace, session, plans, day);
    const owed = owedBy(plans);
    const gathered = await gatherOwed(session, owed, day, calendar);
    progress(1);
    return atomically(workspace.postgres, "all", async (tx) => {
      await takeContacts(tx, session, plans, day);
      await store.takeOwed(tx, linesOf(session, gathered));
      progress(2);
      await alone(tx);
      await store.openUnmet(tx);
      const opened = await store.openObligations(tx, day);
      const losable = owed.flatMap(({ key, entitlement }) => (entitlement.rhythm.form !== "occasion" || isOfMoves(entitlement) ? [key] : []));
      const dropped = await store.dropObligations(
        tx,
        day,
        losable,
        rulesOf(active).map((rule) => rule.entitlement),
      );
      await store.followOwners(tx);
      const met = await store.meetObligations(tx, rulesOf(active), null);
      const missed = await store.missObligations(tx, day);
      progress(3);
      await store.withdrawTasks(tx);
      const workday = calendar.isWorkday(day);
      if (workday) {
        await store.closeLists(tx, day);
        await store.fillLists(tx, day);
      }
      const counts = await store.dayCounts(tx, day);
      const plan: DayPlan = { day, workday, opened, dropped, met, missed, ...counts };
      await store.keepDay(tx, plan);
      await audit(tx, actor, "service.plan_day", `day:${day}`, { ...plan });
      progress(4);
      return plan;
    });
  });
}
