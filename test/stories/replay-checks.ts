import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { parse } from "yaml";
import { sql } from "../../src/platform/warehouse/index.js";
import type { Workspace } from "../../src/platform/workspace/index.js";
import { rowsOf } from "./small-bank.js";

/** What a planning says it did. */
export interface DayCounts {
  opened: number;
  dropped: number;
  missed: number;
  tasks: number;
  waiting: number;
}

/** By which channels each promise is met, read out of the plan's text by nobody but this. */
const plan = parse(readFileSync(new URL("../../presets/plans/retail-1-plus-4.yaml", import.meta.url), "utf8")) as {
  entitlements: { id: string; by?: string[] }[];
};
const counting = plan.entitlements.flatMap(({ id, by }) => (by ?? []).map((channel) => `${id} ${channel}`));
const limited = plan.entitlements.flatMap(({ id, by }) => (by === undefined ? [] : [id]));

const on = "(contact.occurred_at at time zone 'Asia/Shanghai')::date";

/** Rows that must not be: each a question with an empty answer, on every day. */
const never = {
  "a list longer than its manager's day, but for one task that is longer by itself": `select manager_id, sum(minutes) from task join account_manager using (manager_id)
    where day = $1 and state <> 'withdrawn' group by manager_id, capacity having sum(minutes) > capacity and count(*) filter (where minutes > 0) > 1`,
  "a promise twice on one day": "select obligation from task where day = $1 group by 1 having count(*) > 1",
  "a promise open on two lists": "select obligation from task where state = 'open' and $1 <> '' group by 1 having count(*) > 1",
  "a promise made twice": "select customer_id from obligation where $1 <> '' group by customer_id, entitlement, occasion, ref having count(*) > 1",
  "a contact that met two promises of one kind":
    "select contact from obligation where contact is not null and $1 <> '' group by contact, entitlement having count(*) > 1",
  "met, and not by a contact in its window": `select obligation from obligation left join contact using (contact) where state = 'met' and $1 <> ''
    and (contact.customer_id is distinct from obligation.customer_id or not reached or ${on} not between opens_on and due_on or settled_on <> ${on})`,
  "late, and not by a contact in its grace": `select obligation from obligation left join contact using (contact) where state = 'late' and $1 <> ''
    and (contact.customer_id is distinct from obligation.customer_id or not reached or ${on} <= due_on or ${on} > grace_until or settled_on <> ${on})`,
  "missed before its grace was over, or with a contact":
    "select obligation from obligation where state = 'missed' and (grace_until >= $1::date or contact is not null)",
  "open though its grace is over": "select obligation from obligation where state = 'open' and grace_until < $1::date",
  "open and met": "select obligation from obligation where state in ('open', 'dropped') and contact is not null and $1 <> ''",
  "done without the promise being kept":
    "select task from task join obligation using (obligation) where task.state = 'done' and day = $1 and obligation.state not in ('met', 'late')",
  "an open list but the last": "select task from task where state = 'open' and day < (select max(day) from task where day <= $1::date)",
  "work for somebody who is not the owner": `select task from task join assignment using (customer_id)
    where day = $1 and state = 'open' and task.manager_id is distinct from assignment.manager_id`,
  "a promise of one owner that another owes": `select obligation from obligation left join assignment using (customer_id)
    where state = 'open' and obligation.manager_id is distinct from assignment.manager_id and $1 <> ''`,
  "a manager who is gone and has customers or work": `select manager_id from account_manager where gone_on is not null and $1 <> ''
    and (exists (select from assignment where assignment.manager_id = account_manager.manager_id)
      or exists (select from task where task.manager_id = account_manager.manager_id and day = $1::date and state <> 'withdrawn'))`,
  "a fact that is two contacts": "select fact from contact where fact is not null and $1 <> '' group by 1 having count(*) > 1",
  "a message twice": "select key from message where $1 <> '' group by key having count(*) > 1",
};

export function checksOf(workspace: Workspace) {
  let promised = 0;
  let missed = 0;
  let written = { prepared: 0, waiting: 0, suppressed: 0 };

  /** None of them, on this day. */
  const nothingOf = async (day: string): Promise<void> => {
    for (const [what, query] of Object.entries(never)) expect(await rowsOf(workspace, query, [day]), `${day}: ${what}`).toEqual([]);
  };

  /** Promised = met + late + missed + open, with what was promised counted from day to day. */
  const balance = async (day: string): Promise<void> => {
    const rows = await rowsOf<{ state: string; n: number }>(workspace, "select state, count(*)::int as n from obligation group by 1");
    const of = (state: string): number => rows.find((one) => one.state === state)?.n ?? 0;
    expect(of("met") + of("late") + of("missed") + of("open"), `${day}: promised`).toBe(promised);
    expect(of("missed"), `${day}: missed`).toBe(missed);
    const met = await rowsOf<{ way: string }>(
      workspace,
      "select distinct id || ' ' || channel as way from obligation join entitlement using (entitlement) join contact using (contact) where id = any ($1)",
      [limited],
    );
    expect(
      met.filter(({ way }) => !counting.includes(way)),
      `${day}: met by a channel that does not count`,
    ).toEqual([]);
  };

  return {
    /** After the planning of a day, before anybody worked. */
    async planned(day: string, workday: boolean, counts: DayCounts): Promise<void> {
      promised += counts.opened - counts.dropped;
      missed += counts.missed;
      await nothingOf(day);
      await balance(day);
      const [list] = await rowsOf<{ n: number }>(workspace, "select count(*)::int as n from task where day = $1 and state <> 'withdrawn'", [day]);
      expect(list?.n, `${day}: tasks`).toBe(workday ? counts.tasks : 0);
      if (!workday) return;
      // who waits does not fit: nothing that is due to be worked on is left out while there is room for it
      const left = await rowsOf(
        workspace,
        `select manager_id, min(least(obligation.minutes, nullif(capacity, 0))) as shortest, capacity, taken.minutes as taken
         from obligation join account_manager using (manager_id)
         left join (select manager_id, sum(minutes) as minutes from task where day = $1 and state <> 'withdrawn' group by 1) as taken using (manager_id)
         where obligation.state = 'open' and planned_on <= $1::date and gone_on is null
           and not exists (select from task where task.obligation = obligation.obligation and day = $1)
         group by manager_id, capacity, taken.minutes having min(least(obligation.minutes, nullif(capacity, 0))) <= greatest(capacity - coalesce(taken.minutes, 0), 0)`,
        [day],
      );
      expect(left, `${day}: left out with room to spare`).toEqual([]);
    },

    /** After the day's work. */
    async ledger(day: string): Promise<void> {
      await nothingOf(day);
      await balance(day);
    },

    async messages(day: string, counts: Record<string, number>): Promise<void> {
      written = {
        prepared: written.prepared + (counts["Ready"] ?? 0),
        waiting: written.waiting + (counts["Waiting"] ?? 0),
        suppressed: written.suppressed + (counts["Suppressed"] ?? 0),
      };
      const rows = await rowsOf<{ state: keyof typeof written; n: number }>(workspace, "select state, count(*)::int as n from message group by 1");
      expect({ prepared: 0, waiting: 0, suppressed: 0, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) }, `${day}: messages`).toEqual(written);
      const today = await rowsOf<{ customer_id: number; class: string; template: string; state: string; reason: string | null }>(
        workspace,
        "select customer_id, class, template, state, reason from message where prepared_on = $1",
        [day],
      );
      const wishes = await workspace.warehouse.all<{ customer_id: number; name: string }>(
        sql`select party_id as customer_id, "name" from attribute where "name" in ('do_not_contact', 'marketing_consent') and text_value = '是' and retracted_at is null and on_date <= ${day}::date`,
      );
      const wish = (name: string) => new Set(wishes.filter((one) => one.name === name).map((one) => one.customer_id));
      const [silent, agreed] = [wish("do_not_contact"), wish("marketing_consent")];
      const sent = today.filter((one) => one.state !== "suppressed");
      expect(
        sent.filter((one) => ["service", "marketing"].includes(one.class) && silent.has(one.customer_id)),
        `${day}: sent to who asked not to be contacted`,
      ).toEqual([]);
      expect(
        sent.filter((one) => one.class === "marketing" && !agreed.has(one.customer_id)),
        `${day}: marketing without consent`,
      ).toEqual([]);
      expect(
        today.filter((one) => one.reason === "do_not_contact" && !silent.has(one.customer_id)),
        `${day}: kept from who never asked for it`,
      ).toEqual([]);
      // of the birthdays of the day every one has its text, and nobody else
      const born = await workspace.warehouse.all<{ customer_id: number }>(
        sql`select customer_id from profile where kind = 'person' and strftime(birth_on, '%m-%d') = ${day.slice(5)}
          and customer_id not in (select party_id from attribute where "name" = 'birthday_calendar') order by 1`,
      );
      const lunar = await workspace.warehouse.all<{ customer_id: number }>(
        sql`select distinct party_id as customer_id from attribute where "name" = 'birthday_calendar'`,
      );
      const keepers = new Set(lunar.map((one) => one.customer_id));
      const graded = new Set((await rowsOf<{ customer_id: number }>(workspace, "select customer_id from assignment")).map((one) => one.customer_id));
      const wished = today.filter((one) => one.template === "birthday" && !keepers.has(one.customer_id)).map((one) => one.customer_id);
      expect(
        wished.sort((a, b) => a - b),
        `${day}: birthdays`,
      ).toEqual(born.map((one) => one.customer_id).filter((id) => graded.has(id)));
    },

    /** Everybody with a tier has an owner, unless nobody of their branch and tier has room. */
    async owners(day: string): Promise<void> {
      const tiers = await rowsOf<{ customer_id: number; held: string; served: string | null }>(
        workspace,
        `with last as (
           select distinct on (customer_id) customer_id, to_tier from tier_assignment join tier_run using (run) where model = 'retail-bank' order by customer_id, run desc
         )
         select customer_id, code as held, assignment.tier as served from last
         join tier on tier.model = 'retail-bank' and tier_key = to_tier full join assignment using (customer_id)
         where code is distinct from assignment.tier`,
      );
      expect(tiers, `${day}: served by another tier than they hold`).toEqual([]);
      const loads = await rowsOf<{ manager_id: number; branch: string; level: string; room: number }>(
        workspace,
        `select manager_id, branch, level, capacity * 21 * 100 - coalesce(sum(assignment.minutes), 0)::int as room
         from account_manager left join assignment using (manager_id) where gone_on is null and capacity > 0 group by manager_id`,
      );
      expect(
        loads.filter((one) => one.room < 0),
        `${day}: more customers than a month has time for`,
      ).toEqual([]);
      const without = await rowsOf<{ customer_id: number; tier: string; minutes: number; reason: string }>(
        workspace,
        "select customer_id, tier, minutes, reason from assignment where manager_id is null",
      );
      const branches = new Map(
        (await workspace.warehouse.all<{ id: number; branch: string | null }>(sql`select customer_id as id, branch from profile`)).map((one) => [
          one.id,
          one.branch,
        ]),
      );
      const levels = (tier: string): string[] =>
        ["key", "diamond", "platinum"].includes(tier)
          ? ["senior", "intermediate"]
          : tier === "gold"
            ? ["senior", "intermediate", "junior"]
            : ["intermediate", "junior"];
      const could = without.filter((one) =>
        loads.some((load) => load.branch === branches.get(one.customer_id) && levels(one.tier).includes(load.level) && load.room >= one.minutes),
      );
      expect(could, `${day}: without an owner while there is room`).toEqual([]);
      const copy = await workspace.warehouse.all(sql`select customer_id, manager_id, tier, minutes, reason from owner order by 1`);
      expect(copy, `${day}: the warehouse's copy of owners`).toEqual(
        await rowsOf(workspace, "select customer_id, manager_id, tier, minutes, reason from assignment order by 1"),
      );
    },
  };
}
