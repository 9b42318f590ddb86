import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../src/platform/warehouse/index.js";
import type { Contact } from "../../src/service/schema.js";
import { deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const [EAST, WEST, NORTH] = ["城东支行", "城西支行", "城北支行"];
const PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: care, title: { zh: 每月关怀, en: Monthly care }, tiers: all, owes: 1 per month, by: [call, visit, wechat] }
  - { id: visit, title: { zh: 拜访, en: Visit }, tiers: all, owes: 1 per month, by: [visit], whose: owner, evidence: true }
  - { id: halves, title: { zh: 每月两次, en: Twice a month }, tiers: [gold], owes: 2 per month, by: [call] }
`;
const people = { ann: EAST, bob: EAST, cai: EAST, dan: EAST, eve: EAST, fay: EAST, gil: EAST, hua: WEST, ida: NORTH };

let bank: SmallBank;
beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", EAST), manager("M2", WEST), ...Object.entries(people).map(([id, branch]) => person(id, branch))],
    attribute: [level("M1", "intermediate"), level("M2", "intermediate")],
    balance: [...Object.keys(people).map((id) => deposit(id, "2026-01-01", 100_000)), deposit("gil", "2026-03-20", 900_000)],
    // told before there is a plan
    interaction: [{ customer_id: "eve", occurred_at: "2026-03-16 10:00:00", kind: "call", channel: "phone", direction: "out" }],
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/models", { preset: "corporate" }); // there is no organisation: the day goes on without
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.cycle("2026-03-19");
});
afterAll(() => bank.dispose());

interface Held {
  kind: string;
  month: string;
  state: string;
  settled: string | null;
}
const owed = async (customer: string) => {
  const rows = await bank.rows<Held>(
    `select id || ref as kind, to_char(occasion, 'MM') as month, obligation.state, settled_on::text as settled
     from obligation join entitlement using (entitlement) where customer_id = $1 order by occasion, id, ref`,
    [await bank.number(customer)],
  );
  return Object.fromEntries(rows.map(({ kind, month, state, settled }) => [`${kind} ${month}`, settled === null ? state : `${state} ${settled.slice(5)}`]));
};
const record = (customer: string, day: string, more: Record<string, unknown> = {}) =>
  bank.api.post<Contact>(`/customers/${customer}/contacts`, { channel: "call", occurred_at: `${day}T10:00:00+08:00`, ...more });
const titles = ({ met }: Contact) => met.map((one) => one.en).sort();
const told = (customer: string, day: string, kind = "call") =>
  bank.bring({ interaction: [{ customer_id: customer, occurred_at: `${day} 15:00:00`, kind, channel: "phone", direction: "out" }] });

test("a contact before the plan began counts within the window it opens, recorded or told", async () => {
  await record("dan", "2026-03-19");
  await record("fay", "2026-02-27"); // in no window
  await bank.api.post("/plans", { text: PLAN });
  await bank.cycle("2026-03-30");
  expect(await owed("dan")).toEqual({ "care 03": "met 03-19", "visit 03": "open" });
  expect(await owed("eve")).toEqual({ "care 03": "met 03-16", "visit 03": "open" });
  expect(await owed("fay")).toEqual({ "care 03": "open", "visit 03": "open" });
});

test("what is owed to a customer without an owner is open, and waits for no manager's list", async () => {
  expect(await owed("ida")).toEqual({ "care 03": "open", "visit 03": "open" });
  const [day] = await bank.rows<{ tasks: number; waiting: number }>(
    "select (counts ->> 'tasks')::int as tasks, (counts ->> 'waiting')::int as waiting from service_day where day = '2026-03-30'",
  );
  const [owned] = await bank.rows<{ n: number }>(
    "select count(*)::int as n from obligation where manager_id is not null and state = 'open' and planned_on <= '2026-03-30'",
  );
  expect((day?.tasks ?? 0) + (day?.waiting ?? 0)).toBe(owned?.n);
});

test("who is owed something for half a month that is over when the plan begins was not promised it", async () => {
  expect(await owed("gil")).toEqual({ "care 03": "open", "visit 03": "open", "halves#2 03": "open" });
});

test("a contact meets by its channel, and only when the customer was reached", async () => {
  expect(titles(await record("bob", "2026-03-30", { reached: false }))).toEqual([]);
  expect(titles(await record("bob", "2026-03-30", { channel: "sms" }))).toEqual([]);
  expect(titles(await record("bob", "2026-03-30", { direction: "in" }))).toEqual(["Monthly care"]);
  expect(await owed("bob")).toEqual({ "care 03": "met 03-30", "visit 03": "open" });
  // a visit that nothing shows is a contact, and not yet the visit that was promised
  expect(titles(await record("cai", "2026-03-29", { channel: "visit" }))).toEqual(["Monthly care"]);
  expect(await record("cai", "2026-03-29", { channel: "visit", evidence: "  ", note: "\u3000" })).toMatchObject({ met: [], evidence: null, note: null });
  expect(titles(await record("cai", "2026-03-30", { channel: "visit", evidence: "V-1" }))).toEqual(["Visit"]);
});

test("of one kind the oldest is met, late within its grace, one by each contact", async () => {
  await bank.cycle("2026-04-02");
  expect(await owed("ann")).toEqual({ "care 03": "open", "visit 03": "open", "care 04": "open", "visit 04": "open" });
  expect(titles(await record("ann", "2026-04-02"))).toEqual(["Monthly care"]);
  expect(await owed("ann")).toMatchObject({ "care 03": "late 04-02", "care 04": "open" });
  expect(titles(await record("ann", "2026-04-02"))).toEqual(["Monthly care"]);
  expect(await owed("ann")).toMatchObject({ "care 03": "late 04-02", "care 04": "met 04-02" });
  expect(titles(await record("ann", "2026-04-02"))).toEqual([]);
  // two promises of one kind in one window: the first half of the month first
  expect(titles(await record("gil", "2026-04-01", { channel: "call" }))).toEqual(["Monthly care", "Twice a month"]);
  expect(await owed("gil")).toMatchObject({ "care 03": "late 04-01", "halves#2 03": "late 04-01", "care 04": "open", "halves#1 04": "open" });
});

test("told facts count when they come in: in time when it was in time", async () => {
  await told("fay", "2026-03-31");
  await told("hua", "2026-04-02", "click"); // no contact
  await bank.cycle("2026-04-03");
  expect(await owed("fay")).toMatchObject({ "care 03": "met 03-31", "care 04": "open" });
  expect(await owed("hua")).toMatchObject({ "care 03": "open", "care 04": "open" });
});

test("what nobody did within the grace is missed, and a contact afterwards meets what is open", async () => {
  await bank.cycle("2026-04-07"); // the last day of grace
  expect(await owed("hua")).toMatchObject({ "care 03": "open", "visit 03": "open" });
  await bank.cycle("2026-04-08");
  expect(await owed("hua")).toMatchObject({ "care 03": "missed 04-08", "visit 03": "missed 04-08", "care 04": "open" });
  await record("hua", "2026-04-08");
  expect(await owed("hua")).toMatchObject({ "care 03": "missed 04-08", "care 04": "met 04-08" });
});

test("a contact by staff is a fact of the next cycle, once, and counts once", async () => {
  const staff = await bank.rows<{ n: number }>("select count(*)::int as n from contact where fact is null");
  const asFacts = () =>
    bank.workspace.warehouse.first<{ n: number; kinds: string }>(
      sql`select count(*) as n, string_agg(distinct kind, ',' order by kind) as kinds from interaction where source = 'tierkeep'`,
    );
  await bank.cycle("2026-04-09");
  expect(await asFacts()).toEqual({ n: staff[0]?.n, kinds: "call,call_not_reached,sms,visit" });
  const contacts = await bank.rows("select contact, fact from contact order by 1");
  await bank.cycle("2026-04-10");
  await bank.job("/cycles", { day: "2026-04-10", again: true });
  expect(await asFacts()).toMatchObject({ n: staff[0]?.n });
  expect(await bank.rows("select contact, fact from contact order by 1")).toEqual(contacts);
  expect(await owed("bob")).toMatchObject({ "care 03": "met 03-30", "care 04": "open" });
});

test("a contact by a former owner meets what anybody may do, not what only the owner does", async () => {
  await record("eve", "2026-05-11", { channel: "visit", evidence: "V-2" }); // May is not open yet, and April past its grace
  await bank.bring({
    customer: [manager("M3", EAST)],
    attribute: [{ customer_id: "M1", name: "left", on_date: "2026-05-11", text_value: "是" }, level("M3", "intermediate")],
  });
  await bank.cycle("2026-05-12");
  const owner = "select manager from assignment join account_manager using (manager_id) where customer_id = $1";
  expect(await bank.rows(owner, [await bank.number("eve")])).toEqual([{ manager: "M3" }]);
  expect(await owed("eve")).toMatchObject({ "care 05": "met 05-11", "visit 05": "open" });
  expect(titles(await record("eve", "2026-05-12", { channel: "visit", evidence: "V-3" }))).toEqual(["Visit"]);
  expect(await owed("eve")).toMatchObject({ "visit 05": "met 05-12" });
});

test("a manager who comes back is one again", async () => {
  const gone = () => bank.rows("select manager, gone_on is not null as gone from account_manager order by 1");
  const rest = [
    { manager: "M2", gone: false },
    { manager: "M3", gone: false },
  ];
  expect(await gone()).toEqual([{ manager: "M1", gone: true }, ...rest]);
  await bank.bring({ attribute: [{ customer_id: "M1", name: "left", on_date: "2026-05-12", text_value: "否" }] });
  await bank.cycle("2026-05-13");
  expect(await gone()).toEqual([{ manager: "M1", gone: false }, ...rest]);
});

test("a contact that lies ahead is refused", async () => {
  await expect(record("ann", "2999-01-01")).rejects.toMatchObject({ problems: [{ code: "service.contact_to_come" }] });
});
