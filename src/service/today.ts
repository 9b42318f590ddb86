import type { Actor } from "../access/schema.js";
import { customersInSight, type Profile, shownTo } from "../customer/index.js";
import { fillWords, ourBank } from "../outreach/index.js";
import { calendarIn, lastWorkday } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Language } from "../platform/schema.js";
import { join, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { managersSeen, visibilityOf } from "../portfolio/index.js";
import type { AccountManager } from "../portfolio/schema.js";
import { activePlans, toldTo } from "./plans.js";
import { type HoldingRow, holdingsNamed } from "./queries/holdings.js";
import type { DaySummary, Task, TeamDay, Today } from "./schema.js";
import { lastListDay } from "./store/planning.js";
import * as store from "./store/tasks.js";
import { reasonFor, wordsOf } from "./words.js";

/** Workdays by which people put things off: to tomorrow, by some days, by a week. */
const PUT_OFF_BY = [1, 3, 5];

const listed = (numbers: readonly number[]) => join(numbers.map((one) => sql`${one}`));

/** Those of these customers whom somebody may see. */
export const profilesInSight = (workspace: Workspace, actor: Actor, customers: readonly number[]): Promise<Profile[]> =>
  workspace.warehouse.all<Profile>(sql`select * from ${customersInSight(actor.scope)} where customer_id in (${listed(customers)})`);

/** Tasks as somebody reads them: with the customer as they may be seen, the reason, and what to say. `seen`: customers whose sight was settled before. */
export async function shownTasks(workspace: Workspace, actor: Actor, rows: readonly store.TaskRow[], seen?: readonly Profile[]): Promise<Task[]> {
  if (rows.length === 0) return [];
  const { warehouse, settings } = workspace;
  const calendar = await calendarIn(workspace.directory);
  const ids = [...new Set(rows.map((row) => row.customer_id))];
  const refs = [...new Set(rows.flatMap((row) => (row.ref === "" || row.ref.startsWith("#") ? [] : [row.ref])))];
  const managers = [...new Set(rows.map((row) => row.manager_id))];
  const [plans, profiles, people, holdings] = await Promise.all([
    activePlans(workspace),
    seen ?? profilesInSight(workspace, actor, ids),
    warehouse.all<Pick<Profile, "customer_id" | "name" | "phone">>(
      sql`select customer_id, "name", phone from profile where customer_id in (${listed(managers)})`,
    ),
    refs.length === 0 ? [] : warehouse.all<HoldingRow>(holdingsNamed(ids, refs)),
  ]);
  const words = wordsOf(plans);
  return rows.flatMap((row): Task[] => {
    const profile = profiles.find((one) => one.customer_id === row.customer_id);
    if (profile === undefined) return [];
    const { profile: customer, masked } = shownTo(actor, profile);
    const entitlement = words.of(row.plan, row.entitlement);
    const action = entitlement?.action.form === "task" ? entitlement.action : undefined;
    const tier = words.tier(row.plan, row.tier);
    const holding = holdings.find((one) => one.customer_id === row.customer_id && one.ref === row.ref);
    const person = people.find((one) => one.customer_id === row.manager_id);
    const manager = person === undefined ? null : { manager_id: row.manager_id, name: person.name, phone: person.phone };
    const addressee = { ...profile, do_not_contact: false, marketing_consent: false };
    const places = { tier: { title: tier }, ...(holding === undefined ? {} : { holding }) };
    const our = { bank: ourBank, currency: settings.currency };
    const said = (text: string, language: Language): string => fillWords(text, { customer: addressee, manager, places }, our, language).body;
    return [
      {
        task: row.task,
        customer_id: customer.customer_id,
        name: customer.name,
        phone: customer.phone,
        tier: row.tier,
        tier_title: tier,
        kind: action?.kind ?? "contact",
        entitlement: row.entitlement,
        title: words.title(row.plan, row.entitlement),
        reason: reasonFor(entitlement, tier, row.occasion, holding?.product ?? null),
        script: action?.script == null || masked ? null : { zh: said(action.script.zh, "zh"), en: said(action.script.en, "en") },
        by: [...(action?.by ?? [])],
        evidence: action?.evidence ?? false,
        minutes: row.minutes,
        day: row.day,
        due_on: row.due_on,
        overdue: row.due_on < row.day,
        attempts: row.attempts,
        state: row.state,
        postponed_to: row.postponed_to,
        postpone: PUT_OFF_BY.map((workdays) => calendar.nextWorkday(row.day, workdays)).filter((day) => day <= row.grace_until),
        latest_on: lastWorkday(calendar, row.grace_until),
        note: masked ? null : row.note,
        manager: row.manager,
      },
    ];
  });
}

/** The manager whose list is meant: the one that is named, or the reader. */
async function managerMeant(workspace: Workspace, actor: Actor, named: string | undefined) {
  const wanted = named ?? ("manager" in actor.scope ? actor.scope.manager : undefined);
  if (wanted === undefined) return undefined;
  const found = await atomically(workspace.postgres, "all", (tx) => store.managerByName(tx, wanted));
  const visibility = await visibilityOf(workspace, actor);
  const inSight = found !== undefined && (managersSeen(visibility)?.includes(found.manager_id) ?? true);
  if (inSight) return found;
  if (named === undefined) return undefined; // a user whose manager is in no portfolio yet
  return refuse(
    "service.unknown_manager",
    { zh: `没有客户经理 ${named}，或不在您的权限范围内`, en: `There is no account manager ${named} that you may see` },
    { status: 404, hint: { zh: "列出客户经理：tierkeep portfolio show", en: "List the managers: tierkeep portfolio show" } },
  );
}

/** One manager's list of a day; without a day, the last that was planned. */
export async function todayOf(workspace: Workspace, actor: Actor, asked: { manager?: string | undefined; day?: string | undefined }): Promise<Today> {
  const today = todayIn(workspace.settings.zone, new Date());
  const calendar = await calendarIn(workspace.directory);
  const found = await managerMeant(workspace, actor, asked.manager);
  const day = asked.day ?? (await atomically(workspace.postgres, "all", lastListDay));
  const frame = { day, today, workday: calendar.isWorkday(today), next_workday: calendar.nextWorkday(today) };
  if (found === undefined || day === null) return { ...frame, manager: found === undefined ? null : shownManager(found), planned: 0, waiting: 0, tasks: [] };
  const told = await toldTo(workspace, actor);
  const { rows, waiting } = await atomically(workspace.postgres, await visibilityOf(workspace, actor), async (tx) => ({
    rows: await store.listOf(tx, found.manager_id, day, told),
    waiting: await store.waitingOf(tx, found.manager_id, day, told),
  }));
  const tasks = await shownTasks(workspace, actor, rows);
  return { ...frame, manager: shownManager(found), planned: rows.reduce((sum, row) => sum + row.minutes, 0), waiting, tasks };
}

const shownManager = ({ manager, name, branch, level, capacity }: AccountManager): AccountManager => ({ manager, name, branch, level, capacity });

async function teamRows(
  workspace: Workspace,
  actor: Actor,
  asked: { day?: string | undefined; branch?: string | undefined },
): Promise<{ day: string | null; rows: store.TeamRow[] }> {
  const visibility = await visibilityOf(workspace, actor);
  const told = await toldTo(workspace, actor);
  return atomically(workspace.postgres, visibility, async (tx) => {
    const day = asked.day ?? (await lastListDay(tx));
    const rows = day === null ? [] : await store.teamOf(tx, managersSeen(visibility) ?? null, day, told);
    return { day, rows: asked.branch === undefined ? rows : rows.filter((row) => row.branch === asked.branch) };
  });
}

/** How the day goes for the managers the reader may see. There are hundreds of them at most. */
export async function teamDay(
  workspace: Workspace,
  actor: Actor,
  asked: { day?: string | undefined; branch?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: TeamDay[]; next: string | null; total: number }> {
  const { rows } = await teamRows(workspace, actor, asked);
  const from = Number(asked.cursor ?? 0);
  const items = rows.slice(from, from + asked.limit).map((row) => ({
    manager: shownManager(row),
    tasks: row.tasks,
    done: row.done,
    open: row.open,
    overdue: row.overdue,
    waiting: row.waiting,
    minutes: row.minutes,
  }));
  return { items, next: from + items.length < rows.length ? String(from + items.length) : null, total: rows.length };
}

/** The day in figures, of what the reader may see; of one branch when it is named. */
export async function daySummary(workspace: Workspace, actor: Actor, branch?: string): Promise<DaySummary> {
  const { day, rows } = await teamRows(workspace, actor, { branch });
  const sum = (of: (row: store.TeamRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    day,
    managers: rows.filter((row) => row.tasks > 0).length,
    tasks: sum((row) => row.tasks),
    done: sum((row) => row.done),
    open: sum((row) => row.open),
    not_reached: sum((row) => row.not_reached),
    postponed: sum((row) => row.postponed),
    overdue: sum((row) => row.overdue),
    waiting: sum((row) => row.waiting),
    minutes: sum((row) => row.minutes),
    capacity: sum((row) => row.capacity),
  };
}
