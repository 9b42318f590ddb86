import type { Overview } from "../../../src/tiering/schema.js";

/** How many rose, fell, and were graded for the first time; rank 0 is the best tier. */
export function summarise(movement: Overview["movement"], rank: ReadonlyMap<string, number>): { up: number; down: number; joined: number } {
  const sums = { up: 0, down: 0, joined: 0 };
  for (const { from, to, customers } of movement) {
    if (from === null) sums.joined += customers;
    else if ((rank.get(to) ?? 0) < (rank.get(from) ?? Number.POSITIVE_INFINITY)) sums.up += customers;
    else if (from !== to) sums.down += customers;
  }
  return sums;
}
