import type { Job } from "../../../src/platform/schema.js";

const DAY_MS = 86_400_000;

/** Of work, what did not finish and still concerns the reader: their own, and anybody's of the last day. */
export const unfinishedOf = <Asked extends Pick<Job, "state" | "requested_by" | "requested_at">>(
  jobs: readonly Asked[],
  own: string | undefined,
  now: number,
): Asked[] =>
  jobs.filter(
    ({ state, requested_by, requested_at }) =>
      (state === "failed" || state === "interrupted") && (requested_by === own || now - Date.parse(requested_at) < DAY_MS),
  );
