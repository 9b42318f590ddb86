import { attributeHead } from "../attributes.js";
import { customerHead } from "../customers.js";
import { type Days, SPAN } from "../days.js";
import { interactionHead } from "../interactions.js";
import { type Means, sinceOf } from "../means.js";
import type { Random, Some } from "../random.js";
import type { Rows } from "../write.js";
import { enrol, type Institution } from "./enrol.js";
import { type Contact, contacts, type Happening, scattered, spaced, told } from "./happenings.js";

const heads = {
  customers: customerHead,
  purchases: ["小票号", "会员号", "消费时间", "品类", "金额"],
  points: ["会员号", "积分账号", "日期", "积分余额"],
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

/** How often and for how much members buy, and how close they are: what they use, answer and do for us. */
const habits = {
  devoted: { standing: 2, every: 14, amount: [150, 2500], asked: 0.7, satisfied: [70, 100], personal: 0.5, events: 0.4, refers: 0.3 },
  regular: { standing: 1, every: 40, amount: [80, 1200], asked: 0.5, satisfied: [55, 95], personal: 0.22, events: 0.15, refers: 0.1 },
  seldom: { standing: 0, every: 150, amount: [40, 700], asked: 0.3, satisfied: [40, 90], personal: 0.06, events: 0.04, refers: 0.03 },
  idle: { standing: 0, every: 0, amount: [0, 0], asked: 0.05, satisfied: [20, 70], personal: 0, events: 0.02, refers: 0 },
} as const satisfies Record<string, { standing: Means["standing"]; every: number; [of: string]: number | readonly [number, number] }>;
type Habit = keyof typeof habits;
const shares: Some<readonly [Habit, number]> = [
  ["regular", 36],
  ["seldom", 32],
  ["idle", 18],
  ["devoted", 14],
];

const goods: Some<string> = ["女装", "男装", "鞋包", "珠宝", "餐饮", "影院"];
const personal: Contact = ["service", "store", "in", ["量身定制", "专属导购", "生日包场", "上门试衣"]];
const events: Contact = ["attendance", "event", "in", ["会员沙龙", "新品品鉴", "亲子活动"]];
const referral: Contact = ["referral", "store", "in", ["推荐好友入会"]];
const looks: Contact = ["click", "app", "in", ["查看积分", "浏览商品", "领取优惠券", "参与签到"]];
const complaint: Contact = ["complaint", "phone", "in", ["退款慢", "停车难", "服务态度", "积分有误"]];
const messages: Contact = ["sms", "sms", "out", ["积分到期提醒", "会员日活动", "生日祝福"]];

function purchases(draw: Random, habit: Habit, quiet: number, since: number): Happening[] {
  const { every, amount } = habits[habit];
  if (every === 0) return [];
  const [least, most] = amount;
  return spaced(draw, every, quiet, Math.min(since, SPAN - 1)).map((back) => [back, draw.pick(goods), draw.magnitude(least, most).toFixed(2)]);
}

/** A point for every unit spent in the year before; what was given away for gifts is gone. */
function points(draw: Random, id: string, bought: readonly Happening[], since: number, days: Days): string[][] {
  const kept = 0.25 + draw.next() * 0.75;
  return days.monthEnds.slice(-13).flatMap((end) => {
    const earned = bought.filter(([back]) => back >= end && back < end + 365).reduce((sum, [, , amount]) => sum + Number(amount), 0);
    return end > since ? [] : [[id, `${id}-P`, days.text(end), String(Math.round(earned * kept))]];
  });
}

/** What members answered when asked, 0 to 100 and 0 to 10: twice, or once, or never. */
function answers(draw: Random, id: string, habit: Habit, since: number, days: Days): string[][] {
  const { asked, satisfied } = habits[habit];
  const [least, most] = satisfied;
  return [draw.whole(200, 360), draw.whole(5, 150)].flatMap((back) => {
    if (back > since || !draw.chance(asked)) return [];
    const satisfaction = draw.whole(least, most);
    const recommends = Math.max(0, Math.min(10, Math.round(satisfaction / 10) + draw.whole(-2, 1)));
    return [
      [id, "satisfaction", days.text(back), "", String(satisfaction)],
      [id, "recommends", days.text(back), "", String(recommends)],
    ];
  });
}

/** A chain of stores with a membership: purchases, points, personal services, events, and what members answered. */
export const membership = {
  heads,
  rowsOf(seed: number, n: number, days: Days): Rows<keyof typeof heads> {
    const { id, draw, row } = enrol({ letter: "V", place: 4, branch: "门店" }, seed, n, days);
    const means = draw("means");
    const habit = means.weighted(shares);
    const since = sinceOf(means);
    const { standing, every, ...has } = habits[habit];
    const quiet = Math.min(since, means.chance(0.88) ? means.whole(0, Math.max(every, 30)) : means.whole(150, 600));
    const [buying, talking] = [draw("transactions"), draw("interactions")];
    const recent = Math.min(since, quiet + 360);
    const spoken = (chance: number, most: number, contact: Contact): Happening[] =>
      talking.chance(chance) ? contacts(talking, scattered(talking, talking.whole(1, most), quiet, recent), contact) : [];
    const interactions = [
      ...spoken(has.personal, 5, personal),
      ...spoken(has.events, 3, events),
      ...spoken(has.refers, 2, referral),
      ...spoken(every === 0 ? 0.2 : 0.7, standing * 8 + 4, looks),
      ...spoken(0.04, 2, complaint),
      ...spoken(0.8, 6, messages),
    ];
    const bought = purchases(buying, habit, quiet, since);
    return {
      customers: [row("person", { standing, since })],
      purchases: told(buying, "X", id, bought, days),
      points: points(draw("balances"), id, bought, since, days),
      interactions: told(talking, "I", id, interactions, days),
      attributes: answers(draw("attributes"), id, habit, since, days),
    };
  },
} as const satisfies Institution;
