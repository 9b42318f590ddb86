import { afterEach, beforeEach, expect, test } from "vitest";
import { tables } from "../customer/parts.js";
import { atomically } from "../platform/postgres/atomically.js";
import { sql } from "../platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { moveContacts } from "./facts.js";
import { addContact } from "./store/tasks.js";
import { alone, amongPeople } from "./store/turns.js";

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = await temporaryWorkspace(tables);
});
afterEach(() => workspace.dispose());

const contact = (customer_id: number) => ({
  customer_id,
  manager_id: null,
  occurred_at: "2026-11-25T02:00:00Z",
  channel: "call",
  direction: "out",
  reached: true,
  note: null,
  evidence: null,
  task: null,
  fact: null,
  recorded_by: "li",
});
const signal = () => {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { give, given };
};

test("a contact that commits after a later one was written reaches the warehouse, too", async () => {
  const [written, commit] = [signal(), signal()];
  const slow = atomically(workspace.postgres, "all", async (tx) => {
    await addContact(tx, contact(1));
    written.give();
    await commit.given;
  });
  await written.given;
  await atomically(workspace.postgres, "all", (tx) => addContact(tx, contact(2)));
  const moving = moveContacts(workspace);
  commit.give();
  await slow;
  await moving;
  await moveContacts(workspace);
  expect(await workspace.warehouse.all(sql`select party_id from interaction order by 1`)).toEqual([{ party_id: 1 }, { party_id: 2 }]);
});

const said = (customer: number, work: () => Promise<void>) => amongPeople(workspace.postgres, "all", customer, work);
const nothing = () => Promise.resolve();

test("people work side by side; planning waits for them, and they are told when it does not end", async () => {
  const [planning, planned] = [signal(), signal()];
  await said(1, () => said(2, nothing));
  const plan = atomically(workspace.postgres, "all", async (tx) => {
    await alone(tx);
    planning.give();
    await planned.given;
  });
  await planning.given;
  await expect(said(1, nothing)).rejects.toMatchObject({ status: 409, problems: [{ code: "service.being_planned" }] });
  planned.give();
  await plan;
  await said(1, nothing);
}, 30_000);

test("who waits for each other's rows is told to try again", async () => {
  const [one, other] = [signal(), signal()];
  const rows = [1, 2].map((customer) => atomically(workspace.postgres, "all", (tx) => addContact(tx, contact(customer))));
  const [mine, theirs] = await Promise.all(rows);
  const touch = (first: number | undefined, then: number | undefined, held: ReturnType<typeof signal>, wait: Promise<void>, customer: number) =>
    amongPeople(workspace.postgres, "all", customer, async (tx) => {
      const note = (row: number | undefined) =>
        tx
          .db<{ contact: { contact: number; note: string } }>()
          .updateTable("contact")
          .set({ note: "x" })
          .where("contact", "=", row ?? 0)
          .execute();
      await note(first);
      held.give();
      await wait;
      await note(then);
    });
  const ends = await Promise.allSettled([touch(mine, theirs, one, other.given, 1), touch(theirs, mine, other, one.given, 2)]);
  expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
  expect(ends.find((end) => end.status === "rejected")?.reason).toMatchObject({ status: 409, problems: [{ code: "service.customer_busy" }] });
}, 30_000);
