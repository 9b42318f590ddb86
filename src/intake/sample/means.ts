import { SPAN } from "./days.js";
import type { Random, Some } from "./random.js";

/** Whose rows are made: a person or an organisation, and which one. */
export type Kind = "person" | "organisation" | "manager";
export const kindNumbers = { person: 0, organisation: 1, manager: 2 } as const satisfies Record<Kind, number>;

/** Whom the bank has: as banks do few with much, or enough with much that every tier of a preset is worth looking at. */
export type Clientele = "usual" | "wealthy";

/** How rich and how busy somebody is. Days are counted back from the last one. */
export interface Means {
  /** 0 for ordinary people to 4 for the richest; organisations have 1 to 3. */
  standing: 0 | 1 | 2 | 3 | 4;
  since: number;
  deposit: number;
  investment: number;
  /** Share of today's money already there three years ago; over 1 for those who lose. */
  before: number;
  /** By how much the money grew at once when the present month began: some move between tiers. */
  move: number;
  /** Everything was closed on this day. */
  closed: number | undefined;
  /** Days since the last transaction, days between two, and their usual amount. */
  quiet: number;
  every: number;
  amount: number;
  salary: { day: 10 | 15; amount: number } | undefined;
  card: boolean;
  /** A product matures within the week. */
  maturing: boolean;
  key: boolean;
  creditTarget: number | undefined;
}

/** For so many days nothing else changes on the accounts of those who move. */
export const STEADY = 100;

/** When somebody came: some lately (this share), the others over twenty years. */
export function sinceOf(draw: Random, lately = 0.02): number {
  if (draw.chance(lately)) return draw.chance(0.25) ? draw.whole(1, 10) : draw.whole(11, 60);
  return draw.chance(0.3) ? draw.whole(61, SPAN) : draw.whole(SPAN, 7300);
}

/** Where tiers begin, and how many of those who move do so there. */
export type Edges = Some<readonly [number, number]>;

/**
 * Somebody whose money grew or shrank at once when the present month began, and who stood so close to an edge that it
 * counts. People's tiers go by the average of a month, in which a few days weigh little: `share` of it lies behind the move.
 */
export function mover(draw: Random, edges: Edges, share: number): { assets: number; move: number } {
  const move = draw.pick([0.3, 0.45, 0.6, 2.2, 3.5]);
  const edge = draw.weighted(edges);
  const farthest = edge / (1 + (move - 1) * share);
  const before = farthest + (edge - farthest) * (0.15 + draw.next() * 0.7);
  return { assets: before * move, move };
}
