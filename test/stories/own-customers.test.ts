import { afterAll, beforeAll, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { calendarOf, daysAfter } from "../../src/platform/calendar/index.js";
import type { Page } from "../../src/platform/cli/arguments.js";
import { todayIn } from "../../src/platform/cycle/index.js";
import { atomically } from "../../src/platform/postgres/atomically.js";
import { sql } from "../../src/platform/warehouse/index.js";
import type { PortfolioLoad } from "../../src/portfolio/schema.js";
import { recordOutcome } from "../../src/service/outcome.js";
import type { CustomerService, DaySummary, Task, TeamDay } from "../../src/service/schema.js";
import { alone } from "../../src/service/store/turns.js";
import type { StandingRow } from "../../src/tiering/schema.js";
import { type Ask, deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const [EAST, WEST, UNSTAFFED] = ["城东支行", "城西支行", "城南支行"];
/** The last workday until then: the latest that has come has work on it. */
const lastWorkday = (day: string): string => (calendarOf().isWorkday(day) ? day : lastWorkday(daysAfter(day, -1)));
const day = lastWorkday(todayIn("Asia/Shanghai", new Date()));

const PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: once-care, title: { zh: 首次关怀, en: First care }, tiers: all, owes: once, within: 0 days, grace: 30 days, by: [call, visit], minutes: 5 }
  - { id: gift, title: { zh: 礼物, en: Gift }, tiers: all, owes: once, within: 0 days, grace: 30 days, by: [visit, letter], evidence: true, minutes: 5 }
  - { id: hello, title: { zh: 问候, en: Hello }, tiers: all, on: "${day.slice(5)}", send: greeting }
  - { id: lounge, title: { zh: 贵宾室, en: Lounge }, tiers: all, standing: true }
  - { id: jet, title: { zh: 专机, en: Jet }, tiers: [diamond], standing: true }
`;
const own = ["a1", "a2", "a3", "a4"];
const theirs = ["b1", "b2", "b3"];

let bank: SmallBank;
let east: Ask;
let west: Ask;
let head: Ask;
let tasks: Map<string, Task>;

beforeAll(async () => {
  bank = await smallBank();
  const everybody = [...own.map((id) => [id, EAST] as const), ...theirs.map((id) => [id, WEST] as const), ["c1", UNSTAFFED] as const];
  const before = daysAfter(day, -40);
  await bank.bring({
    customer: [manager("M1", EAST), manager("M2", WEST), ...everybody.map(([id, branch]) => person(id, branch))],
    attribute: [level("M1", "intermediate"), level("M2", "intermediate")],
    balance: everybody.map(([id]) => deposit(id, before, 100_000)),
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { text: PLAN });
  await bank.cycle(day);
  east = await bank.user("east", "account_manager", { manager: "M1" });
  west = await bank.user("west", "account_manager", { manager: "M2" });
  head = await bank.user("west-head", "branch_head", { branches: [WEST] });
  const rows = await bank.rows<{ task: number; customer_id: number; id: string }>(
    "select task::int, task.customer_id, id from task join obligation using (obligation) join entitlement using (entitlement)",
  );
  tasks = new Map();
  for (const customer of [...own, ...theirs]) {
    const n = await bank.number(customer);
    for (const row of rows.filter((one) => one.customer_id === n)) tasks.set(`${row.id} ${customer}`, row as unknown as Task);
  }
});
afterAll(() => bank.dispose());

const ids = ({ body }: { body: { items: Record<string, unknown>[] } }) => body.items.map((one) => String(one["customer_id"])).sort();
const work = (ask: Ask, key: string, outcome: object) => ask<Task>("POST", `/tasks/${tasks.get(key)?.task}/outcome`, outcome);
const codes = ({ body }: { body: { problems: { code: string }[] } }) => body.problems.map((one) => one.code);
const heldOf = async (key: string) => {
  const held = await bank.rows<{ task: string; obligation: string; planned: string; attempts: number }>(
    "select task.state as task, obligation.state as obligation, planned_on::text as planned, attempts from task join obligation using (obligation) where task = $1",
    [tasks.get(key)?.task],
  );
  return held[0];
};

test("everybody sees the customers of their own, on every page", async () => {
  expect(tasks.size).toBe(14);
  const seen = { [EAST]: own, [WEST]: theirs };
  for (const [ask, mine, others] of [
    [east, seen[EAST], theirs],
    [west, seen[WEST], own],
    [head, seen[WEST], own],
  ] as const) {
    expect(ids(await ask("GET", "/models/retail-bank/customers"))).toEqual(mine);
    const messages = await ask("GET", "/messages");
    expect(messages.status).toBe(200);
    expect(ids(messages)).toEqual(mine);
    for (const id of mine ?? []) expect((await ask("GET", `/customers/${id}`)).status).toBe(200);
    for (const id of others) {
      expect((await ask("GET", `/customers/${id}`)).status).toBe(404);
      expect((await ask("POST", `/customers/${id}/contacts`, { channel: "call" })).status).toBe(404);
      expect((await ask("GET", `/customers/${id}/personal-data`)).status).toBe(404);
    }
  }
});

test("today is one's own list; another's is not there", async () => {
  const mine = await east<{ manager: { manager: string }; tasks: Task[] }>("GET", "/today");
  expect(mine.body.manager.manager).toBe("M1");
  expect([...new Set(mine.body.tasks.map((task) => task.customer_id))].sort()).toEqual(own);
  expect(mine.body.tasks).toHaveLength(8);
  const other = await east("GET", "/today?manager=M2");
  expect([other.status, codes(other)]).toEqual([404, ["service.unknown_manager"]]);
  const ofBranch = await head<{ tasks: Task[] }>("GET", "/today?manager=M2");
  expect([...new Set(ofBranch.body.tasks.map((task) => task.customer_id))].sort()).toEqual(theirs);
  expect((await head("GET", "/today?manager=M1")).status).toBe(404);
  const team = await head<{ items: { manager: { manager: string } }[] }>("GET", "/today/team");
  expect(team.body.items.map((one) => one.manager.manager)).toEqual(["M2"]);
  expect((await bank.api.get<{ tasks: number }>("/today/summary")).tasks).toBe(14);
  expect((await west<{ tasks: number }>("GET", "/today/summary")).body.tasks).toBe(6);
});

test("another manager's task is not there, and stays as it was", async () => {
  for (const ask of [west, head]) {
    const answer = await work(ask, "once-care a1", { outcome: "done", channel: "call" });
    expect([answer.status, codes(answer)]).toEqual([404, ["service.unknown_task"]]);
  }
  expect(await heldOf("once-care a1")).toMatchObject({ task: "open", obligation: "open" });
});

test("done by a channel that does not count, or without what shows it, is refused with both reasons at once", async () => {
  const answer = await work(east, "gift a1", { outcome: "done", channel: "call", evidence: "  " });
  expect([answer.status, codes(answer)]).toEqual([422, ["service.channel_does_not_count", "service.evidence_missing"]]);
  expect(answer.body.problems.every((one) => (one.hint?.zh ?? "") !== "" && (one.hint?.en ?? "") !== "")).toBe(true);
  expect(await heldOf("gift a1")).toMatchObject({ task: "open", obligation: "open" });
  expect(await bank.rows("select contact from contact")).toEqual([]);
});

test("done meets it, once; one visit does what a visit does", async () => {
  const answer = await work(east, "gift a1", { outcome: "done", channel: "visit", evidence: "V-1" });
  expect([answer.status, answer.body.state]).toEqual([200, "done"]);
  expect(await heldOf("once-care a1")).toMatchObject({ task: "done", obligation: expect.stringMatching(/^(met|late)$/) });
  const again = await work(east, "gift a1", { outcome: "done", channel: "visit", evidence: "V-1" });
  expect([again.status, codes(again)]).toEqual([409, ["service.task_closed"]]);
  expect(await bank.rows("select channel, evidence, reached from contact")).toEqual([{ channel: "visit", evidence: "V-1", reached: true }]);
});

test("asked twice at once, one is taken", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => work(east, "once-care a2", { outcome: "done", channel: "call" })));
  expect(answers.map((one) => one.status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
});

test("not reached is planned again on the next workday, and is an attempt", async () => {
  expect((await work(east, "once-care a3", { outcome: "not_reached", channel: "call" })).status).toBe(200);
  expect(await heldOf("once-care a3")).toEqual({ task: "not_reached", obligation: "open", planned: calendarOf().nextWorkday(day), attempts: 1 });
});

test("postponed to a day within the grace, and no further", async () => {
  for (const to of [day, daysAfter(day, -1), daysAfter(day, 31)]) {
    const refused = await work(east, "gift a4", { outcome: "postponed", to });
    expect([refused.status, codes(refused)]).toEqual([422, ["service.postponed_too_far"]]);
  }
  const last = lastWorkday(daysAfter(day, 30));
  expect((await work(east, "gift a4", { outcome: "postponed", to: last })).status).toBe(200);
  expect(await heldOf("gift a4")).toEqual({ task: "postponed", obligation: "open", planned: last, attempts: 0 });
});

test("done after the grace is done, and the promise is not met", async () => {
  const task = tasks.get("once-care b1")?.task ?? 0;
  const late = new Date(`${daysAfter(day, 31)}T10:00:00+08:00`);
  expect(await recordOutcome(bank.workspace, operator, task, { outcome: "done", channel: "call" }, late)).toMatchObject({ state: "done" });
  expect(await heldOf("once-care b1")).toMatchObject({ task: "done", obligation: "open" });
});

test("an analyst sees no words of people and does no work", async () => {
  const analyst = await bank.user("analyst", "analyst", {});
  const refused = await work(analyst, "once-care b2", { outcome: "done", channel: "call" });
  expect([refused.status, codes(refused)]).toEqual([403, ["access.denied"]]);
  const page = await analyst<{ panels: { service: { contacts: { evidence: string }[] } } }>("GET", "/customers/a1");
  expect(page.body.panels.service.contacts).toMatchObject([{ evidence: "***" }]);
});

test("what several people say of one customer at once is taken, and meets a promise once", async () => {
  const visit = { channel: "visit", evidence: "V-2" };
  const said = await Promise.all([
    ...[1, 2, 3, 4, 5].map(() => west<{ met: { en: string }[] }>("POST", "/customers/b3/contacts", visit)),
    ...["gift b3", "once-care b3"].map((task) => work(west, task, { outcome: "done", ...visit })),
    ...[1, 2, 3, 4, 5].map(() => head<{ met: { en: string }[] }>("POST", "/customers/b3/contacts", visit)),
  ]);
  expect(said.filter((one) => one.status !== 200 && !(one.status === 409 && codes(one)[0] === "service.task_closed"))).toEqual([]);
  const page = await west<{ panels: { service: { contacts: { met: { en: string }[] }[] } } }>("GET", "/customers/b3");
  const { contacts } = page.body.panels.service;
  expect(contacts).toHaveLength(said.filter((one) => one.status === 200).length);
  expect(contacts.flatMap(({ met }) => met.map((one) => one.en)).sort()).toEqual(["First care", "Gift"]);
  const told = said.flatMap(({ body }) => ("met" in body ? body.met.map((one) => one.en) : []));
  expect(new Set(told).size).toBe(told.length); // nobody was told of what somebody else's contact met
});

const WAITING = `select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
const tasksOf = async (customer: string) =>
  bank.rows("select state, contact.contact from task left join contact using (task) where task.customer_id = $1 order by 1, 2", [await bank.number(customer)]);
/** As an import does before the next assignment gives the customer an owner there. */
const toBranch = async (customer: string, branch: string) => {
  const number = await bank.number(customer);
  await bank.workspace.warehouse.write((session) => session.run(sql`update profile set branch = ${branch} where customer_id = ${number}`));
};

test("who left somebody's sight is not there: nothing of the task is written", async () => {
  await toBranch("b2", EAST);
  const before = await tasksOf("b2");
  const answer = await work(head, "once-care b2", { outcome: "done", channel: "call" });
  expect([answer.status, codes(answer)]).toEqual([404, ["service.unknown_task"]]);
  expect(await tasksOf("b2")).toEqual(before);
  await toBranch("b2", WEST);
});

test("what was written is answered, also when the customer leaves one's sight meanwhile", async () => {
  const { saying } = await atomically(bank.workspace.postgres, "all", async (tx) => {
    await alone(tx); // keeps the word waiting, once its customer was seen
    const saying = work(head, "once-care b2", { outcome: "done", channel: "call" });
    await expect.poll(() => bank.rows(WAITING)).toHaveLength(1);
    await toBranch("b2", EAST);
    return { saying };
  });
  const said = await saying;
  expect([said.status, said.body.state]).toEqual([200, "done"]);
});

test("the day of one branch alone, for who may see it", async () => {
  const asked = `branch=${encodeURIComponent(EAST)}`;
  const team = async (ask: Ask, query: string) => (await ask<Page<TeamDay>>("GET", `/today/team?${query}`)).body.items.map((one) => one.manager.manager);
  const everybody = await bank.user("president", "head", {});
  expect([await team(everybody, ""), await team(everybody, asked), await team(head, asked), await team(head, "")]).toEqual([["M1", "M2"], ["M1"], [], ["M2"]]);
  const [whole, east] = [await bank.api.get<DaySummary>("/today/summary"), await bank.api.get<DaySummary>(`/today/summary?${asked}`)];
  expect([whole.managers, east.managers]).toEqual([2, 1]);
  expect(east.tasks).toBeLessThan(whole.tasks);
});

test("what was done about a customer is found in the audit trail, by an auditor and not by a branch head", async () => {
  const auditor = await bank.user("auditor", "auditor", {});
  const path = "/audit?customer=a1&action=task.done";
  const { body } = await auditor<Page<{ actor: string; subject: string; detail: object }>>("GET", path);
  expect(body.items).toMatchObject([{ actor: "east", subject: `task:${tasks.get("gift a1")?.task}`, detail: { customer: "a1" } }]);
  expect((await head("GET", path)).status).toBe(403);
});

test("a customer's page tells by whom a promise was kept and what shows it, and what the tier has at any time", async () => {
  const read = async (ask: Ask) => (await ask<{ panels: { service: CustomerService } }>("GET", "/customers/b3")).body.panels.service;
  const { obligations, rights, contacts } = await read(head);
  expect(rights.map(({ title }) => title.en)).toEqual(["Lounge"]);
  expect(obligations.find((one) => one.entitlement === "gift")).toMatchObject({
    state: "met",
    met_by: { channel: "visit", evidence: "V-2", by: "经理M2" },
  });
  expect(new Set(contacts.map((one) => one.manager_name))).toEqual(new Set(["经理M2"]));
  const analyst = await bank.user("analyst-2", "analyst", {});
  expect((await read(analyst)).obligations.find((one) => one.entitlement === "gift")?.met_by?.evidence).toBe("***");
});

test("the customers' list names who looks after whom, and can be of one manager or of nobody", async () => {
  const listed = async (filter: string) =>
    (await bank.api.get<Page<StandingRow>>(`/models/retail-bank/customers?sort=customer_id${filter}`)).items.map((one) => [
      one.customer_id,
      one.owner?.manager ?? null,
    ]);
  expect(await listed("")).toEqual([...own.map((id) => [id, "M1"]), ...theirs.map((id) => [id, "M2"]), ["c1", null]]);
  expect(await listed("&manager=M2")).toEqual(theirs.map((id) => [id, "M2"]));
  expect(await listed("&manager=none")).toEqual([["c1", null]]);
  const named = async (q: string) => (await bank.api.get<Page<PortfolioLoad>>(`/managers?q=${q}`)).items.map((one) => one.manager.manager);
  expect([await named("m1"), await named("%20"), await named("nobody")]).toEqual([["M1"], ["M1", "M2"], []]);
});
