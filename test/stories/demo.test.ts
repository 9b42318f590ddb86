import { afterAll, beforeAll, expect, test } from "vitest";
import type { User } from "../../src/access/schema.js";
import type { PortfolioLoad, Unplaced } from "../../src/portfolio/schema.js";
import type { Coverage } from "../../src/service/schema.js";
import { type CommandLine, commandLine, said, stopped } from "./command-line.js";

let tierkeep: CommandLine;
beforeAll(async () => {
  tierkeep = await commandLine();
});
afterAll(() => tierkeep.dispose());

const sample = ["demo", "--customers", "8000", "--no-serve"];

test("the demo has two weeks behind it: a killed start goes on, and the bank is one to talk about", async () => {
  const first = tierkeep.start(...sample);
  await said(first, /Planning the day/);
  first.kill("SIGKILL");
  const again = await tierkeep.run(...sample);
  expect(again.code, again.stderr).toBe(0);

  const days = (await tierkeep.run("cycles", "--json")).json<{ items: { day: string; state: string }[] }>();
  expect(new Set(days.items.map((one) => one.state))).toEqual(new Set(["done"]));
  // promises were kept, kept late, missed, and some wait
  const { total } = (await tierkeep.run("coverage", "--json")).json<Coverage>();
  for (const figure of ["met", "late", "missed", "open"] as const) expect(total[figure], figure).toBeGreaterThan(0);
  expect(total.overdue).toBeLessThan(total.open); // most of what is open is not due yet
  // one branch lost a manager and is full
  const { managers } = (await tierkeep.run("portfolio", "show", "--json")).json<{ managers: PortfolioLoad[] }>();
  expect(managers.length).toBe(23);
  const { items: unplaced } = (await tierkeep.run("portfolio", "unplaced", "--json")).json<{ items: Unplaced[] }>();
  expect(unplaced.length).toBeGreaterThan(0);
  expect(new Set(unplaced.map((one) => one.branch)).size).toBe(1);
  // and the manager who signs in has a day
  const users = (await tierkeep.run("users", "list", "--json")).json<User[]>();
  const manager = users.find((one) => one.login === "manager")?.manager ?? "";
  const { tasks } = (await tierkeep.run("today", manager, "--json")).json<{ tasks: unknown[] }>();
  expect(tasks.length).toBeGreaterThan(5);
  // and says how the command line gets at it
  const served = tierkeep.start("demo", "--customers", "8000", "--port", "0");
  const [, workspace] = await said(served, /export TIERKEEP_WORKSPACE=(\S+)/);
  expect(workspace).toBe(tierkeep.workspace);
  await stopped(served, "SIGTERM");
}, 240_000);
