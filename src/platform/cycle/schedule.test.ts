import { expect, test } from "vitest";
import { dueDay } from "./schedule.js";

const at6 = { enabled: true, starts_at: "06:00" };
const zone = "Asia/Shanghai";
/** 07:30 in Shanghai, still the day before in UTC. */
const morning = new Date("2026-11-24T23:30:00Z");

test.each([
  ["nothing was run yet", at6, undefined, morning, "2026-11-25"],
  ["yesterday is done", at6, { day: "2026-11-24", state: "done" }, morning, "2026-11-25"],
  ["yesterday failed: a new day is a new day", at6, { day: "2026-11-24", state: "failed" }, morning, "2026-11-25"],
  ["today is done", at6, { day: "2026-11-25", state: "done" }, morning, undefined],
  ["today failed: a person has to look", at6, { day: "2026-11-25", state: "failed" }, morning, undefined],
  ["today was interrupted: it goes on", at6, { day: "2026-11-25", state: "interrupted" }, morning, "2026-11-25"],
  ["its hour has not come", { ...at6, starts_at: "08:00" }, undefined, morning, undefined],
  ["it is switched off", { ...at6, enabled: false }, undefined, morning, undefined],
  ["the last day is later than today", at6, { day: "2026-12-01", state: "done" }, morning, undefined],
] as const)("%s", (_what, schedule, last, now, day) => {
  expect(dueDay(schedule, last, zone, now)).toBe(day);
});
