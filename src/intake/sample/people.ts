import type { Days } from "./days.js";
import { type Clientele, type Edges, kindNumbers, type Means, mover, STEADY, sinceOf } from "./means.js";
import { type Random, random, type Some } from "./random.js";

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

const standings = {
  usual: [
    [0, 640],
    [1, 220],
    [2, 110],
    [3, 26],
    [4, 4],
  ],
  wealthy: [
    [0, 520],
    [1, 230],
    [2, 150],
    [3, 76],
    [4, 24],
  ],
} as const satisfies Record<Clientele, Some<readonly [Means["standing"], number]>>;

/** Assets by standing: few have much, and one has no gap to the next. */
const assetsOf = {
  0: (draw) => draw.magnitude(300, 50_000),
  1: (draw) => draw.magnitude(50_000, 200_000),
  2: (draw) => draw.magnitude(200_000, 1_000_000),
  3: (draw) => draw.magnitude(1_000_000, 6_000_000),
  4: (draw) => draw.tail(7_000_000, 60_000_000),
} as const satisfies Record<Means["standing"], (draw: Random) => number>;

const edges: Edges = [
  [50_000, 60],
  [200_000, 28],
  [1_000_000, 10],
  [6_000_000, 2],
];
/** Small change, or more; of those who come seldom, some with much. */
function amountOf(draw: Random, every: number): number {
  if (every > 40) return draw.chance(0.5) ? draw.magnitude(20, 300) : draw.magnitude(4_000, 60_000);
  return draw.chance(0.55) ? draw.magnitude(20, 300) : draw.magnitude(600, 8_000);
}

export function personMeans(seed: number, n: number, days: Days, clientele: Clientele): Means {
  const draw = random(seed, "means", kindNumbers.person, n);
  const fixed = dealtTo(seed, n);
  const drawn = (fixed?.standing ?? draw.weighted(standings[clientele])) as Means["standing"];
  const since = fixed === undefined ? sinceOf(draw, clientele === "wealthy" ? 0.035 : 0.02) : (fixed.joined ?? draw.whole(400, 5000));
  const left = draw.chance(0.04) ? Math.floor(draw.magnitude(8, 900)) : undefined;
  const closed = fixed === undefined ? (left !== undefined && left < since - 30 ? left : undefined) : fixed.left;
  const moves = fixed === undefined && closed === undefined && since > STEADY && draw.chance(0.026);
  const { assets, move } = moves ? mover(draw, edges, Math.min(1, days.monthEnd / 30)) : { assets: assetsOf[drawn](draw), move: 1 };
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
    key: fixed === undefined ? draw.chance(standing >= 3 ? (clientele === "wealthy" ? 0.14 : 0.1) : standing === 2 ? 0.01 : 0) : fixed.key !== undefined,
    creditTarget: undefined,
  };
  return fixed?.seldom === undefined ? means : { ...means, quiet: 2 + fixed.seldom * days.monthEnd, every: 160, amount: 40_000, salary: undefined };
}
