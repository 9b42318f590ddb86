import { attributeHead } from "../attributes.js";
import { customerHead } from "../customers.js";
import { type Days, SPAN } from "../days.js";
import { holdingHead } from "../holdings.js";
import { interactionHead } from "../interactions.js";
import { type Means, sinceOf } from "../means.js";
import type { Random, Some } from "../random.js";
import type { Rows } from "../write.js";
import { enrol, type Institution } from "./enrol.js";
import { type Contact, contacts, type Happening, scattered, spaced, told } from "./happenings.js";

const heads = {
  customers: customerHead,
  contracts: holdingHead,
  orders: ["订单号", "客户号", "下单时间", "产品", "金额"],
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

type Span = readonly [least: number, most: number];

/** What an organisation is, whatever it buys: standing, employees, revenue, place among its trade, and ratings it may have. */
const sizes = {
  large: { standing: 3, employees: [1000, 20_000], revenue: [500_000_000, 8_000_000_000], rank: [1, 40], ratings: ["AAA", "AA", "AA"] },
  middle: { standing: 2, employees: [200, 1500], revenue: [60_000_000, 600_000_000], rank: [20, 200], ratings: ["AA", "A", "A"] },
  small: { standing: 1, employees: [10, 300], revenue: [2_000_000, 80_000_000], rank: [100, 900], ratings: ["A", "BBB", "BB"] },
} as const satisfies Record<string, { standing: Means["standing"]; employees: Span; revenue: Span; rank: Span; ratings: Some<string> }>;
type Size = keyof typeof sizes;
const shares: Some<readonly [Size, number]> = [
  ["small", 58],
  ["middle", 30],
  ["large", 12],
];

/** How close the cooperation is: days between orders, the share of what they need that they buy from us, and how they judge us. */
const ties = {
  close: { every: 20, share: [0.4, 0.9], contacts: [15, 50], judged: [75, 98], late: 0.05 },
  steady: { every: 60, share: [0.15, 0.6], contacts: [6, 25], judged: [60, 92], late: 0.12 },
  loose: { every: 180, share: [0.02, 0.25], contacts: [1, 10], judged: [40, 85], late: 0.25 },
} as const;
type Tie = keyof typeof ties;
const tieShares: Some<readonly [Tie, number]> = [
  ["steady", 42],
  ["loose", 36],
  ["close", 22],
];

const products: Some<string> = ["标准件", "定制件", "技术服务", "备件", "整机"];
const bySales: Some<Contact> = [
  ["visit", "office", "out", ["季度拜访", "技术交流", "合同谈判", "回款沟通"]],
  ["call", "phone", "out", ["新品介绍", "交付跟进", "满意度回访"]],
];
const byCustomer: Some<Contact> = [
  ["call", "phone", "in", ["询价", "交期咨询", "技术支持"]],
  ["visit", "office", "in", ["验厂", "样品确认", "联合研发"]],
  ["email", "email", "in", ["询价", "对账", "图纸确认"]],
];
const attendance: Contact = ["attendance", "event", "in", ["新品发布会", "客户年会"]];
const complaint: Contact = ["complaint", "phone", "in", ["交付延迟", "质量异议", "开票错误"]];
const referral: Contact = ["referral", "office", "in", ["推荐同行"]];

const whole = (draw: Random, [least, most]: Span): number => draw.whole(least, most);
const magnitude = (draw: Random, [least, most]: Span): number => draw.magnitude(least, most);

interface Account {
  tie: Tie;
  since: number;
  quiet: number;
  /** What they need in a year, and what they buy of us. */
  need: number;
  bought: number;
}

function orders(draw: Random, { tie, since, quiet, bought }: Account): Happening[] {
  const { every } = ties[tie];
  const trend = draw.pick([0.7, 0.9, 1, 1.15, 1.5]);
  return spaced(draw, every, quiet, Math.min(since, SPAN - 1)).map((back) => {
    // as much less a year ago as it grew since
    const then = 1 + (1 / trend - 1) * Math.min(1, back / 365);
    return [back, draw.pick(products), (bought * (every / 365) * then * (0.5 + draw.next())).toFixed(2)];
  });
}

function spoken(draw: Random, { tie, since, quiet }: Account): Happening[] {
  const recent = Math.min(since, quiet + 720);
  return [
    ...scattered(draw, whole(draw, ties[tie].contacts), quiet, recent).flatMap((back) =>
      contacts(draw, [back], draw.pick(draw.chance(0.55) ? bySales : byCustomer)),
    ),
    ...(draw.chance(tie === "loose" ? 0.05 : 0.35) ? contacts(draw, scattered(draw, draw.whole(1, 2), quiet, recent), attendance) : []),
    ...(draw.chance(0.12) ? contacts(draw, scattered(draw, draw.whole(1, 3), quiet, recent), complaint) : []),
    ...(draw.chance(tie === "close" ? 0.2 : 0.04) ? contacts(draw, scattered(draw, 1, quiet, recent), referral) : []),
  ];
}

/** What sales and finance know of an organisation, what it answered, and what the account manager thinks. Not everybody was asked. */
function attributes(draw: Random, id: string, size: Size, { tie, since, need, bought }: Account, days: Days): string[][] {
  const { employees, revenue, rank, ratings } = sizes[size];
  const { judged, late } = ties[tie];
  const turnover = magnitude(draw, revenue);
  const asked = days.text(Math.min(since, draw.whole(10, 180)));
  const known = days.text(since);
  const number = (name: string, day: string, value: number, digits = 0): string[] => [id, name, day, "", value.toFixed(digits)];
  return [
    number("employees", known, magnitude(draw, employees)),
    number("revenue", known, turnover),
    number("industry_rank", known, whole(draw, rank)),
    number("market_share", known, Math.min(60, (turnover / 8_000_000_000) * 40 + draw.next() * 3), 2),
    [id, "credit_rating", known, draw.pick<string>(ratings), ""],
    number("yearly_need", known, need, 2),
    number("potential", asked, draw.whole(1, 5)),
    number("profit", asked, bought * (0.05 + draw.next() * 0.25), 2),
    number("paid_on_time", asked, Math.max(0, 1 - late * draw.next() * 3), 2),
    ...(draw.chance(0.85) ? [number("satisfaction", asked, whole(draw, judged))] : []),
    ...(draw.chance(0.6) ? [number("questionnaire", asked, whole(draw, judged))] : []),
    ...(draw.chance(0.8) ? [number("judgement", asked, whole(draw, judged))] : []),
  ];
}

/** A maker that sells to organisations: what they are, how the cooperation went, and what it may become. */
export const b2b = {
  heads,
  rowsOf(seed: number, n: number, days: Days): Rows<keyof typeof heads> {
    const { id, draw, row } = enrol({ letter: "B", place: 3, branch: "办事处" }, seed, n, days);
    const means = draw("means");
    const size = means.weighted(shares);
    const tie = means.weighted(tieShares);
    const { every, share } = ties[tie];
    const since = Math.max(40, sinceOf(means));
    const need = magnitude(means, sizes[size].revenue) * (0.01 + means.next() * 0.05);
    const bought = need * (share[0] + means.next() * (share[1] - share[0]));
    const account = { tie, since, quiet: Math.min(since, means.chance(0.92) ? means.whole(0, Math.min(every, 120)) : means.whole(200, 700)), need, bought };
    const [buying, talking, signing] = [draw("transactions"), draw("interactions"), draw("holdings")];
    const opened = Math.min(since, signing.whole(0, 364));
    const framework = [`${id}-F1`, id, "framework", "年度框架协议", "正常", bought.toFixed(2), days.text(opened), days.text(opened - 365), ""];
    return {
      customers: [row("organisation", { standing: sizes[size].standing, since })],
      contracts: tie !== "loose" && signing.chance(0.7) ? [framework] : [],
      orders: told(buying, "O", id, orders(buying, account), days),
      interactions: told(talking, "I", id, spoken(talking, account), days),
      attributes: attributes(draw("attributes"), id, size, account, days),
    };
  },
} as const satisfies Institution;
