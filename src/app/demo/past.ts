import { heldBack, nightFile, random } from "../../intake/parts.js";
import { calendarOf, daysAfter, daysFrom, lastWorkday } from "../../platform/calendar/index.js";
import type { ApiClient } from "../../platform/cli/client.js";
import type { PortfolioLoad } from "../../portfolio/schema.js";
import type { Task, TeamDay, Today } from "../../service/schema.js";

const WORKDAYS = 10;
/** How many workdays before the day that is shown a manager leaves. */
const LEFT_AGO = 5;
const ENOUGH = 3;

/** Workdays before a day, oldest first: the bank has worked with its plan for two weeks when somebody looks at it. */
export function workdaysBefore(day: string): string[] {
  const days: string[] = [];
  for (let last = day; days.length < WORKDAYS; ) {
    last = lastWorkday(calendarOf(), daysAfter(last, -1));
    days.unshift(last);
  }
  return days;
}

export interface Bank {
  api: ApiClient;
  /** The inbox of the sample. */
  folder: string;
  seed: number;
}

/**
 * What happened on the workdays before a day, told in the nights after them as a bank's systems tell it: contacts, most of them what
 * the day's lists asked for, and a manager who leaves. `plan` runs a day.
 */
export async function liveThrough(bank: Bank, day: string, told: ReadonlyMap<string, string[][]>, plan: (day: string) => Promise<void>): Promise<void> {
  const days = workdaysBefore(day);
  for (const [i, workday] of days.entries()) {
    await plan(workday);
    const night = days[i + 1] ?? day;
    const between = daysFrom(workday, daysAfter(night, -1));
    await nightFile(bank.folder, "interactions", workday, async () => [...(await worked(bank, workday)), ...between.flatMap((one) => told.get(one) ?? [])]);
    if (i === days.length - LEFT_AGO) await nightFile(bank.folder, "attributes", workday, () => leaver(bank, workday));
  }
}

export const tellFrom = (folder: string, day: string): Promise<Map<string, string[][]>> => heldBack(folder, workdaysBefore(day)[0] ?? day);

/** Most managers do most of their list; a few are away or behind, and it shows. */
const diligences = [
  [0.92, 6],
  [0.7, 3],
  [0.1, 1],
] as const;

export async function everyPage<T>(api: ApiClient, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: T[]; next: string | null } = await api.get(
      `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

/** The contacts that came of a day's lists: one with each customer who was reached. */
async function worked({ api, seed }: Bank, day: string): Promise<string[][]> {
  const rows = new Map<string, string[]>();
  for (const { manager } of await everyPage<TeamDay>(api, `/today/team?day=${day}`)) {
    const diligence = random(seed, "work", 1, numberOf(manager.manager)).weighted(diligences);
    const { tasks } = await api.get<Today>(`/today?day=${day}&manager=${encodeURIComponent(manager.manager)}`);
    for (const task of tasks) {
      const contact = contactOf(seed, task, day, diligence);
      if (contact !== undefined && !rows.has(task.customer_id)) rows.set(task.customer_id, contact);
    }
  }
  return [...rows.values()];
}

const numberOf = (id: string): number => Number(id.replace(/\D/g, ""));
const two = (number: number): string => String(number).padStart(2, "0");
const channels: Record<string, string> = { call: "phone", visit: "branch", wechat: "wechat" };

function contactOf(seed: number, { state, customer_id, by, title }: Task, day: string, diligence: number): string[] | undefined {
  const draw = random(seed, "work", 2, (numberOf(customer_id) << 5) + Number(day.slice(-2)));
  if (state !== "open" || !draw.chance(diligence)) return undefined;
  const kind = by[0] ?? "call";
  const time = `${day} ${two(draw.whole(9, 17))}:${two(draw.whole(0, 59))}:00`;
  return [`W${day}-${customer_id}`, customer_id, time, kind, channels[kind] ?? kind, "out", title.zh];
}

/** The fullest manager of the bank leaves and the next of the branch goes on half time, if it has others left: more than they can take on. */
async function leaver({ api }: Bank, day: string): Promise<string[][]> {
  const loads = await everyPage<PortfolioLoad>(api, "/managers?sort=-load");
  const of = (branch: string | null): PortfolioLoad[] => loads.filter(({ manager }) => manager.branch === branch);
  const first = loads.find(({ manager }) => of(manager.branch).length >= ENOUGH);
  const [leaves, half] = first === undefined ? [] : of(first.manager.branch);
  if (leaves === undefined || half === undefined) return [];
  return [
    [leaves.manager.manager, "left", day, "是", ""],
    [half.manager.manager, "capacity", day, "", String(Math.round(half.manager.capacity / 2))],
  ];
}
