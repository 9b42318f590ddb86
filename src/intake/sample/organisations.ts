import { type Clientele, type Edges, kindNumbers, type Means, mover, STEADY, sinceOf } from "./means.js";
import { type Random, random, type Some } from "./random.js";

const edges: Edges = [
  [50_000_000, 75],
  [200_000_000, 25],
];

type Size = "large" | "middle" | "small" | "credit";

const sizes = {
  usual: [
    ["small", 76],
    ["middle", 15],
    ["large", 4],
    ["credit", 5],
  ],
  wealthy: [
    ["small", 40],
    ["middle", 30],
    ["large", 15],
    ["credit", 15],
  ],
} as const satisfies Record<Clientele, Some<readonly [Size, number]>>;
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

export function organisationMeans(seed: number, n: number, clientele: Clientele): Means {
  const draw = random(seed, "means", kindNumbers.organisation, n);
  const first = firstSizes[n - 1];
  const drawn = first ?? draw.weighted(sizes[clientele]);
  const since = first !== undefined ? draw.whole(400, 3000) : sinceOf(draw);
  const moves = first === undefined && drawn !== "credit" && since > STEADY && draw.chance(0.03);
  const { assets, move } = moves ? mover(draw, edges, 1) : { assets: depositsOf[drawn](draw), move: 1 };
  const size = moves ? ((["small", "middle", "large"] as const)[edges.filter(([edge]) => assets >= edge).length] ?? drawn) : drawn;
  const every = draw.whole(3, 20);
  const credit = creditOf(draw, size);
  return {
    standing: size === "large" ? 3 : size === "middle" || size === "credit" ? 2 : 1,
    since,
    deposit: assets,
    investment: 0,
    before: draw.chance(0.2) ? 1 + draw.next() * 0.5 : 0.5 + draw.next() * 0.5,
    move,
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
