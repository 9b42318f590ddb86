import type { Random, Some } from "./random.js";

interface Place {
  branch: string;
  region: string;
  /** How many of all customers, and how much likelier for the wealthy. */
  size: number;
  wealth: number;
}

/** Branches under the head office, which has no customers of its own. */
export const places: Some<Place> = [
  { branch: "城东支行", region: "城东区", size: 15, wealth: 1 },
  { branch: "城西支行", region: "城西区", size: 13, wealth: 0.8 },
  { branch: "城南支行", region: "城南区", size: 12, wealth: 0.7 },
  { branch: "城北支行", region: "城北区", size: 10, wealth: 0.6 },
  { branch: "高新支行", region: "高新区", size: 9, wealth: 1.8 },
  { branch: "滨江支行", region: "滨江区", size: 8, wealth: 2.4 },
  { branch: "新城支行", region: "新城区", size: 8, wealth: 1.5 },
  { branch: "湖畔支行", region: "城西区", size: 4, wealth: 3 },
  { branch: "开发区支行", region: "开发区", size: 7, wealth: 0.9 },
  { branch: "大学城支行", region: "大学城", size: 6, wealth: 0.5 },
  { branch: "空港支行", region: "空港区", size: 4, wealth: 1.1 },
  { branch: "古镇支行", region: "古镇", size: 4, wealth: 0.4 },
];

const weights = (of: (place: Place) => number): Some<readonly [Place, number]> => places.map((place) => [place, of(place)] as const) as [[Place, number]];
const [byWealth, bySize] = [weights(({ size, wealth }) => size * wealth), weights(({ size }) => size)];

export const placeOf = (random: Random, wealthy: boolean): Place => random.weighted(wealthy ? byWealth : bySize);

const streets: Some<string> = ["人民路", "解放路", "中山路", "建设路", "文化路", "长江路", "和平路", "新华路", "育才路", "朝阳街", "兴业街", "青年路"];

export const addressIn = (random: Random, { region }: Place, home: boolean): string =>
  `${region}${random.pick(streets)}${random.whole(1, 300)}号${home ? `${random.whole(1, 30)}幢${random.whole(1, 18)}0${random.whole(1, 4)}室` : ""}`;
