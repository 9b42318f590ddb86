import type { SampleCustomer } from "./customers.js";
import { addDays, daysBetween, type Random } from "./random.js";

/** How rich and how busy somebody is; drawn so that every tier and value group of the presets has members. */
export interface Means {
  deposit: number;
  investment: number;
  /** Share of today's money already there two years ago; over 1 for those who lose. */
  before: number;
  /** Money came or went within the last weeks: some move between tiers at month end. */
  shock: number;
  /** Days since the last transaction, days between two, and their usual amount. */
  quiet: number;
  every: number;
  amount: number;
  key: boolean;
  creditTarget: number | undefined;
}

/** The wealth of the n-th person: few have much. The counts follow from n, so small samples have every tier, too. */
function personalAssets(random: Random, n: number): number {
  if (n % 200 === 1) return random.magnitude(6_500_000, 40_000_000);
  if (n % 30 === 2) return random.magnitude(1_050_000, 5_500_000);
  if (n % 7 === 3) return random.magnitude(205_000, 950_000);
  if (n % 3 === 1) return random.magnitude(52_000, 195_000);
  return random.magnitude(200, 48_000);
}

function corporateDeposits(random: Random, n: number): number {
  if (n % 15 === 14) return 0; // credit only: to be placed by hand
  if (n % 10 === 1) return random.magnitude(210_000_000, 2_000_000_000);
  if (n % 10 < 5) return random.magnitude(52_000_000, 190_000_000);
  return random.magnitude(80_000, 45_000_000);
}

const round = (amount: number): number => Math.round(amount * 100) / 100;

export function means(random: Random, customer: SampleCustomer, n: number): Means {
  const isPerson = customer.kind === "person";
  const assets = isPerson ? personalAssets(random, n) : corporateDeposits(random, n);
  const invested = isPerson && assets > 50_000 && random.chance(0.6) ? assets * (0.2 + random.next() * 0.6) : 0;
  const every = random.chance(0.5) ? random.whole(4, 15) : random.whole(45, 200);
  return {
    deposit: assets - invested,
    investment: invested,
    before: random.chance(0.15) ? 1 + random.next() : 0.3 + random.next() * 0.7,
    shock: random.chance(0.06) ? random.pick([0.35, 0.5, 2, 3.5]) : 1,
    // Who is still here is anywhere between two transactions, so that the sample of another day looks alike; others fell silent.
    // Frequency and amount are drawn apart from each other: all eight value groups come about.
    quiet: random.chance(0.65) ? random.whole(0, every) : random.whole(90, 500),
    every,
    amount: (random.chance(0.5) ? random.magnitude(20, 300) : random.magnitude(800, 20_000)) * (isPerson ? 1 : 50),
    key: isPerson && n % 250 === 5,
    creditTarget:
      isPerson || n % 3 !== 2 ? undefined : Math.round(n % 15 === 14 ? random.magnitude(10_000_000, 180_000_000) : random.magnitude(20_000_000, 500_000_000)),
  };
}

/** What stood on the accounts at the ends of months: grows or shrinks, with the season's ups and downs. */
export function balances(random: Random, customer: SampleCustomer, has: Means, days: readonly string[]): (readonly [string, string, string, string, string])[] {
  const rows: [string, string, string, string, string][] = [];
  const kinds = [
    ["deposit", "D1", has.deposit],
    ["investment", "I1", has.investment],
  ] as const;
  for (const [kind, suffix, now] of kinds) {
    if (now === 0) continue;
    days.forEach((day, i) => {
      if (day < customer.sinceOn) return;
      const share = has.before + ((1 - has.before) * i) / (days.length - 1);
      const last = i === days.length - 1;
      const amount = now * share * (last ? 1 : 0.96 + random.next() * 0.08) * (last || i === days.length - 2 ? 1 : 1 / has.shock);
      rows.push([customer.id, `${customer.id}-${suffix}`, kind, day, round(amount).toFixed(2)]);
    });
  }
  return rows;
}

const kinds = ["card_payment", "card_payment", "transfer", "deposit", "withdrawal"] as [string, ...string[]];
const channels = ["mobile", "mobile", "mobile", "online", "counter", "atm"] as [string, ...string[]];

/** Two years of transactions, newest last. */
export function transactions(random: Random, customer: SampleCustomer, has: Means, until: string): string[][] {
  const rows: string[][] = [];
  const span = Math.min(730, daysBetween(customer.sinceOn, until));
  for (let back = has.quiet; back < span; back += random.whole(Math.ceil(has.every / 2), Math.ceil(has.every * 1.5))) {
    const time = `${String(random.whole(8, 21)).padStart(2, "0")}:${String(random.whole(0, 59)).padStart(2, "0")}:${String(random.whole(0, 59)).padStart(2, "0")}`;
    rows.push([
      customer.id,
      `${addDays(until, -back)} ${time}`,
      random.pick(kinds),
      random.pick(channels),
      round(has.amount * (0.4 + random.next() * 1.2)).toFixed(2),
    ]);
  }
  return rows.reverse();
}

const products = [
  { kind: "wealth", product: "稳健理财", over: 50_000, of: 0.5, term: 365 },
  { kind: "fund", product: "混合基金", over: 20_000, of: 0.3, term: 0 },
  { kind: "insurance", product: "年金保险", over: 30_000, of: 0.2, term: 3650 },
  { kind: "card", product: "信用卡", over: 3_000, of: 0.45, term: 1825 },
  { kind: "loan", product: "住房贷款", over: 10_000, of: 0.15, term: 7300 },
  { kind: "metal", product: "实物黄金", over: 300_000, of: 0.25, term: 0 },
] as const;

/** Contracts: an account for everybody, more for those who can. */
export function holdings(random: Random, customer: SampleCustomer, has: Means, until: string): string[][] {
  const assets = has.deposit + has.investment;
  const first = customer.kind === "person" ? "活期账户" : "单位结算账户";
  const rows = [[`${customer.id}-D1`, customer.id, "account", first, "正常", round(has.deposit).toFixed(2), customer.sinceOn, "", ""]];
  for (const { kind, product, over, of, term } of products) {
    if (customer.kind !== "person" || assets < over || !random.chance(of)) continue;
    const openedOn = addDays(until, -random.whole(1, Math.max(1, Math.min(700, daysBetween(customer.sinceOn, until)))));
    const maturesOn = term === 0 ? "" : addDays(openedOn, term);
    const closed = maturesOn !== "" && maturesOn < until;
    rows.push([
      `${customer.id}-${kind}`,
      customer.id,
      kind,
      product,
      closed ? "已结清" : "正常",
      round(assets * (0.05 + random.next() * 0.3)).toFixed(2),
      openedOn,
      maturesOn,
      closed ? maturesOn : "",
    ]);
  }
  if (customer.kind === "organisation" && has.creditTarget !== undefined)
    rows.push([`${customer.id}-credit`, customer.id, "credit", "授信额度", "正常", has.creditTarget.toFixed(2), customer.sinceOn, "", ""]);
  return rows;
}
