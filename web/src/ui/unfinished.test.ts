import { expect, test } from "vitest";
import type { JobState } from "../../../src/platform/schema.js";
import { unfinishedOf } from "./unfinished.js";

test("of work that did not finish one's own is told, and anybody's of the last day", () => {
  const job = (requested_by: string, requested_at: string, state: JobState = "failed") => ({ requested_by, requested_at, state });
  const [own, fresh, broken] = [job("ana", "2026-01-01T09:00:00Z"), job("ben", "2026-03-01T11:00:00Z"), job("ben", "2026-03-02T09:00:00Z", "interrupted")];
  const jobs = [
    own,
    fresh,
    broken,
    job("ben", "2026-03-01T09:00:00Z"),
    job("ana", "2026-03-02T09:00:00Z", "done"),
    job("ben", "2026-03-02T09:00:00Z", "running"),
  ];
  expect(unfinishedOf(jobs, "ana", Date.parse("2026-03-02T10:00:00Z"))).toEqual([own, fresh, broken]);
});
