import type { Overview } from "../../../src/tiering/schema.js";

interface Moves {
  up: number;
  down: number;
  /** From a tier the model no longer has: neither up nor down. */
  regrouped: number;
  joined: number;
}

/** How many rose, fell, and were graded for the first time; rank 0 is the best tier. */
export function summarise(movement: Overview["movement"], rank: ReadonlyMap<string, number>): Moves {
  const sums = { up: 0, down: 0, regrouped: 0, joined: 0 };
  for (const { from, to, customers } of movement) sums[directionOf(from, to, rank)] += from === to ? 0 : customers;
  return sums;
}

/** Which way a move goes. */
export function directionOf(from: string | null, to: string, rank: ReadonlyMap<string, number>): keyof Moves {
  if (from === null) return "joined";
  const [before, now] = [rank.get(from), rank.get(to)];
  if (before === undefined || now === undefined) return "regrouped";
  return now < before ? "up" : "down";
}
