import { type Days, SPAN } from "./days.js";
import { type Random, random, type Some } from "./random.js";

/** Whose rows are made: a person or an organisation, and which one. */
export type Kind = "person" | "organisation" | "manager";
export const kindNumbers = { person: 0, organisation: 1, manager: 2 } as const satisfies Record<Kind, number>;

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

/** The first forty are dealt out, so that a small sample has everybody, too; in which order, the seed says. */
const DEALT = 40;
const dealt: readonly Partial<Record<"standing" | "joined" | "left" | "key" | "maturing" | "seldom", number>>[] = [
  { standing: 4 },
  { standing: 3, key: 1 },
  { standing: 3, maturing: 1 },
  { standing: 2, maturing: 1 },
  ...Array.from({ length: 3 }, () => ({ standing: 2 })),
  ...Array.from({ length: 7 }, () => ({ standing: 1 })),
  { joined: 6 },
  { joined: 40 },
  { standing: 1, left: 20 },
  // seldom, but with much, and lately: before the last day and before the end of the month
  { standing: 1, seldom: 0 },
  { standing: 1, seldom: 1 },
];

function dealtTo(seed: number, n: number): (typeof dealt)[number] | undefined {
  if (n > DEALT) return undefined;
  const draw = random(seed, "order", 0, 0);
  const [step, first] = [draw.pick([1, 3, 7, 9, 11, 13, 17, 19] as const), draw.whole(0, DEALT - 1)];
  return dealt[(first + n * step) % DEALT] ?? { standing: 0 };
}

const standings: Some<readonly [Means["standing"], number]> = [
  [0, 640],
  [1, 220],
  [2, 110],
  [3, 26],
  [4, 4],
];

/** Assets by standing: few have much, and one has no gap to the next. */
const assetsOf = {
  0: (draw) => draw.magnitude(300, 50_000),
  1: (draw) => draw.magnitude(50_000, 200_000),
  2: (draw) => draw.magnitude(200_000, 1_000_000),
  3: (draw) => draw.magnitude(1_000_000, 6_000_000),
  4: (draw) => draw.tail(7_000_000, 60_000_000),
} as const satisfies Record<Means["standing"], (draw: Random) => number>;

/** Where tiers begin, and how many of those who move do so there. */
const edges: Some<readonly [number, number]> = [
  [50_000, 60],
  [200_000, 28],
  [1_000_000, 10],
  [6_000_000, 2],
];

/**
 * Somebody whose money grew or shrank at once when the present month began, and who stood so close to an edge that it
 * counts: tiers go by the average of a month, in which a few days weigh little.
 */
function mover(draw: Random, monthEnd: number): { assets: number; move: number } {
  const move = draw.pick([0.3, 0.45, 0.6, 2.2, 3.5]);
  const edge = draw.weighted(edges);
  const farthest = edge / (1 + (move - 1) * Math.min(1, monthEnd / 30));
  const before = farthest + (edge - farthest) * (0.15 + draw.next() * 0.7);
  return { assets: before * move, move };
}

/** Small change, or more; of those who come seldom, some with much. */
function amountOf(draw: Random, every: number): number {
  if (every > 40) return draw.chance(0.5) ? draw.magnitude(20, 300) : draw.magnitude(4_000, 60_000);
  return draw.chance(0.55) ? draw.magnitude(20, 300) : draw.magnitude(600, 8_000);
}

function sinceOf(draw: Random): number {
  if (draw.chance(0.02)) return draw.chance(0.25) ? draw.whole(1, 10) : draw.whole(11, 60);
  return draw.chance(0.3) ? draw.whole(61, SPAN) : draw.whole(SPAN, 7300);
}

export function personMeans(seed: number, n: number, days: Days): Means {
  const draw = random(seed, "means", kindNumbers.person, n);
  const fixed = dealtTo(seed, n);
  const drawn = (fixed?.standing ?? draw.weighted(standings)) as Means["standing"];
  const since = fixed === undefined ? sinceOf(draw) : (fixed.joined ?? draw.whole(400, 5000));
  const left = draw.chance(0.04) ? Math.floor(draw.magnitude(8, 900)) : undefined;
  const closed = fixed === undefined ? (left !== undefined && left < since - 30 ? left : undefined) : fixed.left;
  const moves = fixed === undefined && closed === undefined && since > STEADY && draw.chance(0.026);
  const { assets, move } = moves ? mover(draw, days.monthEnd) : { assets: assetsOf[drawn](draw), move: 1 };
  const standing = moves ? (edges.filter(([edge]) => assets >= edge).length as Means["standing"]) : drawn;
  const invested = standing > 0 && draw.chance(0.7) ? assets * (0.2 + draw.next() * 0.6) : 0;
  // How recent, how often and how much are drawn apart from each other: all eight value groups come about.
  // Who is still here is anywhere between two transactions, so that the sample of another day looks alike; others fell silent.
  const every = draw.chance(0.5) ? draw.whole(6, 20) : draw.whole(45, 200);
  const silent = move === 1 && !draw.chance(0.68);
  const quiet = closed ?? (silent ? draw.whole(90, 500) : draw.whole(0, every));
  const pay = (3_000 + draw.next() * 5_000) * (1 + standing * 0.8);
  const means: Means = {
    standing,
    since,
    deposit: assets - invested,
    investment: invested,
    before: draw.chance(0.12) ? 1 + draw.next() : 0.35 + draw.next() * 0.65,
    move,
    closed,
    quiet: Math.min(quiet, since),
    every,
    amount: amountOf(draw, every) * (1 + standing / 4),
    salary: !silent && draw.chance(every > 40 ? 0.32 : 0.52) ? { day: draw.pick([10, 15] as const), amount: Math.round(pay) } : undefined,
    card: draw.chance(standing === 0 ? 0.4 : 0.55),
    maturing: fixed?.maturing !== undefined,
    key: fixed === undefined ? draw.chance(standing >= 3 ? 0.1 : standing === 2 ? 0.01 : 0) : fixed.key !== undefined,
    creditTarget: undefined,
  };
  return fixed?.seldom === undefined ? means : { ...means, quiet: 2 + fixed.seldom * days.monthEnd, every: 160, amount: 40_000, salary: undefined };
}

type Size = "large" | "middle" | "small" | "credit";

const sizes: Some<readonly [Size, number]> = [
  ["small", 76],
  ["middle", 15],
  ["large", 4],
  ["credit", 5],
];
const firstSizes: readonly Size[] = ["large", "middle", "small", "credit", "small", "small"];

/** Deposits of the corporate classes; credit only is to be placed by hand. */
const depositsOf = {
  large: (draw) => draw.magnitude(230_000_000, 1_500_000_000),
  middle: (draw) => draw.magnitude(56_000_000, 185_000_000),
  small: (draw) => draw.magnitude(80_000, 45_000_000),
  credit: () => 0,
} as const satisfies Record<Size, (draw: Random) => number>;

const creditOf = (draw: Random, size: Size): number | undefined => {
  if (size === "credit") return draw.magnitude(10_000_000, 180_000_000);
  if (size === "small") return draw.chance(0.2) ? draw.magnitude(500_000, 20_000_000) : undefined;
  return draw.chance(0.5) ? draw.magnitude(20_000_000, size === "large" ? 600_000_000 : 190_000_000) : undefined;
};

export function organisationMeans(seed: number, n: number): Means {
  const draw = random(seed, "means", kindNumbers.organisation, n);
  const size = firstSizes[n - 1] ?? draw.weighted(sizes);
  const since = n <= firstSizes.length ? draw.whole(400, 3000) : sinceOf(draw);
  const every = draw.whole(3, 20);
  const credit = creditOf(draw, size);
  return {
    standing: size === "large" ? 3 : size === "middle" || size === "credit" ? 2 : 1,
    since,
    deposit: depositsOf[size](draw),
    investment: 0,
    before: draw.chance(0.2) ? 1 + draw.next() * 0.5 : 0.5 + draw.next() * 0.5,
    move: 1,
    closed: undefined,
    quiet: Math.min(since, draw.chance(0.9) ? draw.whole(0, every) : draw.whole(60, 300)),
    every,
    amount: draw.magnitude(8_000, 400_000),
    salary: undefined,
    card: false,
    maturing: false,
    key: false,
    creditTarget: credit === undefined ? undefined : Math.round(credit / 10_000) * 10_000,
  };
}
