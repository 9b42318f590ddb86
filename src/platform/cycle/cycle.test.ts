import { afterEach, beforeEach, expect, test } from "vitest";
import { atomically } from "../postgres/atomically.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../workspace/testing.js";
import { interruptSteps, listCycles, runCycle, type StepKind } from "./index.js";
import { dueDay } from "./schedule.js";
import * as store from "./store.js";

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
});
afterEach(() => workspace.dispose());

const day = "2026-11-25";
const done: string[] = [];
const step = (name: string): StepKind<string> => ({
  name,
  title: { zh: name, en: name },
  run: async () => {
    done.push(name);
    return [{ title: { zh: "数", en: "Count" }, count: 1 }];
  },
});
const steps = [step("first"), step("second"), step("third")];
const run = (again = false) => runCycle({ workspace, actor: "me", day, report: () => undefined }, steps, "me", again);

test("a day killed between two steps goes on by itself, and only with what is left", async () => {
  done.length = 0;
  await atomically(workspace.postgres, "all", async (tx) => {
    await store.begin(tx, day, "first", "operator");
    await store.end(tx, day, "first", { state: "done", seconds: 1, counts: [], problems: [] });
  });
  await interruptSteps(workspace, steps);
  const [last] = await listCycles(workspace, steps, undefined, 1);
  expect(last).toMatchObject({ day, state: "interrupted", steps: [{ state: "done" }, { state: "interrupted" }, { state: "waiting" }] });
  const now = new Date("2026-11-25T02:00:00Z");
  expect(dueDay({ enabled: true, starts_at: "06:00" }, last, "Asia/Shanghai", now)).toBe(day);
  expect(await run()).toMatchObject({ state: "done" });
  expect(done).toEqual(["second", "third"]);
  await interruptSteps(workspace, steps);
  expect(await listCycles(workspace, steps, undefined, 1)).toMatchObject([{ state: "done" }]);
  expect(await run()).toMatchObject({ state: "done" });
  expect(done).toEqual(["second", "third"]);
  await run(true);
  expect(done).toEqual(["second", "third", "first", "second", "third"]);
});

test("a step that fails stops the day, says why, and is where the day goes on", async () => {
  let broken = true;
  const failing: StepKind<string> = {
    ...step("second"),
    run: async () => {
      if (broken) throw new Error("a fault of ours");
      return [];
    },
  };
  const day2 = { workspace, actor: "me", day, report: () => undefined };
  await expect(runCycle(day2, [step("first"), failing, step("third")], "me", false)).rejects.toThrow("a fault of ours");
  expect(await listCycles(workspace, steps, undefined, 1)).toMatchObject([
    { state: "failed", steps: [{ state: "done" }, { state: "failed", problems: [{ code: "bug" }] }, { state: "waiting" }] },
  ]);
  broken = false;
  expect(await runCycle(day2, [step("first"), failing, step("third")], "me", false)).toMatchObject({ state: "done" });
});

test("a step that had nothing to do says why, and one that did something only what", async () => {
  const idle = { zh: "没有规则，无事可做", en: "No policy: nothing to do" };
  const kinds = [
    { ...step("busy"), idle },
    { ...step("idle"), idle, run: async () => [] },
  ];
  await runCycle({ workspace, actor: "me", day, report: () => undefined }, kinds, "me", false);
  expect(await listCycles(workspace, [...kinds, { ...step("to come"), idle }], undefined, 1)).toMatchObject([
    { steps: [{ note: null }, { state: "done", note: idle }, { state: "waiting", note: null }] },
  ]);
});
