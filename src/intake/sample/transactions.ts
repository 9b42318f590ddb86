import { type Days, SPAN } from "./days.js";
import { kindNumbers, type Means } from "./means.js";
import { type Random, random, type Some } from "./random.js";

export const transactionHead = ["流水号", "客户号", "交易时间", "交易类型", "渠道", "金额"];

const personKinds: Some<string> = ["card_payment", "card_payment", "card_payment", "transfer", "deposit", "withdrawal"];
const organisationKinds: Some<string> = ["transfer", "transfer", "transfer", "deposit", "withdrawal"];
const channels = {
  person: ["mobile", "mobile", "mobile", "online", "counter", "atm"],
  organisation: ["online", "online", "online", "counter"],
} as const satisfies Record<"person" | "organisation", Some<string>>;

type Entry = readonly [back: number, time: string, kind: string, channel: string, amount: number];

const two = (number: number): string => String(number).padStart(2, "0");
export const timeOf = (draw: Random, from: number, to: number): string => `${two(draw.whole(from, to))}:${two(draw.whole(0, 59))}:${two(draw.whole(0, 59))}`;

/** Three years of transactions, newest last: the usual ones, wages, the year's feasts, and great sums that came or went. */
export function transactions(seed: number, kind: "person" | "organisation", n: number, id: string, has: Means, days: Days): string[][] {
  const draw = random(seed, "transactions", kindNumbers[kind], n);
  const entries = [
    ...usual(draw, kind, has, days),
    ...(kind === "person" ? [...wages(draw, has, days), ...feasts(draw, has, days)] : []),
    ...great(draw, has, days),
  ];
  entries.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1));
  return entries.map(([back, time, what, channel, amount], i) => [`T${id}-${i + 1}`, id, `${days.text(back)} ${time}`, what, channel, amount.toFixed(2)]);
}

function usual(draw: Random, kind: "person" | "organisation", has: Means, days: Days): Entry[] {
  const entries: Entry[] = [];
  const kinds = kind === "person" ? personKinds : organisationKinds;
  const end = Math.min(SPAN, has.since);
  for (let back = has.quiet; back < end; back += draw.whole(Math.ceil(has.every / 2), Math.ceil(has.every * 1.5))) {
    const shopping = days.singles.some((day) => Math.abs(day - back) <= 2);
    const feast = days.festivals.some((day) => back > day && back - day <= 14);
    const what = shopping && kind === "person" ? "card_payment" : feast && draw.chance(0.5) ? "withdrawal" : draw.pick(kinds);
    const amount = has.amount * (0.4 + draw.next() * 1.2) * (shopping ? 1.8 : feast ? 1.5 : 1);
    entries.push([back, kind === "person" ? timeOf(draw, 8, 21) : timeOf(draw, 9, 17), what, draw.pick<string>(channels[kind]), amount]);
  }
  return entries;
}

const open = (has: Means, back: number): boolean => back >= has.quiet && back <= has.since;

/** Wages come on one day of every month, and once a year twice. */
function wages(draw: Random, { salary, ...has }: Means, days: Days): Entry[] {
  if (salary === undefined) return [];
  return days.monthStarts.flatMap((start) => {
    const back = start - (salary.day - 1);
    // a raise a year
    const amount = Math.round(salary.amount * (1 - (0.05 * back) / 365));
    const bonus = days.festivals.some((day) => back >= day && back - day < 31);
    if (back < 0 || back > has.since || (has.closed !== undefined && back < has.closed)) return [];
    return [[back, "09:00:00", "salary", "online", amount * (bonus ? draw.whole(2, 4) : 1)]] as Entry[];
  });
}

function feasts(draw: Random, { card, ...has }: Means, days: Days): Entry[] {
  const shopping = days.singles.flatMap((day): Entry[] =>
    card && draw.chance(0.5) && open({ card, ...has }, day) ? [[day, timeOf(draw, 0, 23), "card_payment", "mobile", draw.magnitude(80, 6_000)]] : [],
  );
  const cash = days.festivals.flatMap((day): Entry[] => {
    const back = day + draw.whole(1, 9);
    return draw.chance(0.2) && open({ card, ...has }, back) ? [[back, timeOf(draw, 9, 17), "withdrawal", "atm", draw.whole(10, 100) * 100]] : [];
  });
  return [...shopping, ...cash];
}

function great(draw: Random, { deposit, investment, move, closed }: Means, days: Days): Entry[] {
  const assets = deposit + investment;
  if (closed !== undefined) return [[closed, timeOf(draw, 9, 16), "withdrawal", "counter", assets]];
  if (move === 1) return [];
  const came = assets - assets / move;
  return [[days.monthEnd - 1, timeOf(draw, 9, 16), came > 0 ? "deposit" : "withdrawal", "counter", Math.abs(came)]];
}
