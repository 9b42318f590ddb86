import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import * as store from "./store.js";

/** Somebody who held a tier and holds another since the run as of `occasion`. The first grade is no move. */
export interface Move {
  run: number;
  model: string;
  customer_id: number;
  occasion: string;
  from_tier: string;
  to_tier: string;
  /** When the run was done, in seconds since 1970. */
  moved_at: number;
}

const PAGE = 20_000;

/** Moves of the models' runs as of `since` or later, some thousand at a time. */
export async function* movesOfRuns(workspace: Workspace, models: readonly string[], since: string): AsyncGenerator<Move[]> {
  let after = { run: 0, customer: -1 };
  for (;;) {
    const place = after;
    const rows = models.length === 0 ? [] : await atomically(workspace.postgres, "all", (tx) => store.movesAfter(tx, models, since, place, PAGE));
    if (rows.length === 0) return;
    yield rows;
    after = { run: rows.at(-1)?.run ?? 0, customer: rows.at(-1)?.customer_id ?? 0 };
  }
}
