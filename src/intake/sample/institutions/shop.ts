import { attributeHead } from "../attributes.js";
import { customerHead } from "../customers.js";
import { type Days, SPAN } from "../days.js";
import { interactionHead } from "../interactions.js";
import { sinceOf } from "../means.js";
import type { Random, Some } from "../random.js";
import type { Rows } from "../write.js";
import { enrol, type Institution } from "./enrol.js";
import { type Contact, contacts, type Happening, scattered, spaced, told } from "./happenings.js";

const heads = {
  customers: customerHead,
  orders: ["订单号", "客户号", "下单时间", "类别", "件数", "金额"],
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

const categories = ["数码", "服饰", "美妆", "家居", "食品"] as const;
type Category = (typeof categories)[number];
const prices = { 数码: [200, 6000], 服饰: [60, 800], 美妆: [40, 900], 家居: [30, 2000], 食品: [15, 300] } as const satisfies Record<
  Category,
  readonly [number, number]
>;

/** How somebody shops: days between two orders, looks in half a year, and chances to follow, to refer and to need help. */
const habits = {
  frequent: { every: 12, looks: [25, 70], follows: 0.7, refers: 0.3, helped: 0.4 },
  regular: { every: 45, looks: [10, 35], follows: 0.4, refers: 0.15, helped: 0.25 },
  seldom: { every: 200, looks: [2, 14], follows: 0.15, refers: 0.03, helped: 0.1 },
  lapsed: { every: 60, looks: [2, 20], follows: 0.2, refers: 0.03, helped: 0.15 },
  looking: { every: 0, looks: [1, 30], follows: 0.2, refers: 0, helped: 0.05 },
  registered: { every: 0, looks: [0, 0], follows: 0, refers: 0, helped: 0 },
} as const;
type Habit = keyof typeof habits;
const shares: Some<readonly [Habit, number]> = [
  ["regular", 26],
  ["frequent", 15],
  ["seldom", 20],
  ["lapsed", 14],
  ["looking", 14],
  ["registered", 11],
];

const calls: Contact = ["call", "hotline", "in", ["商品咨询", "物流查询", "发票问题"]];
const afterSales: Contact = ["after_sales", "app", "in", ["退货", "换货", "安装预约", "维修"]];
const complaint: Contact = ["complaint", "hotline", "in", ["发货慢", "商品与描述不符", "客服态度"]];
const referral: Contact = ["referral", "app", "in", ["邀请好友注册"]];
const push: Contact = ["sms", "sms", "out", ["优惠券到账", "新品上架", "降价提醒"]];

interface Taste {
  first: Category;
  second: Category;
}
const liked = (draw: Random, { first, second }: Taste): Category => (draw.chance(0.55) ? first : draw.chance(0.5) ? second : draw.pick(categories));

/** Views, of which some become clicks, and follows of the two categories liked most. */
function looks(draw: Random, habit: Habit, taste: Taste, quiet: number, since: number): Happening[] {
  const { looks, follows } = habits[habit];
  const oldest = Math.min(since, quiet + 182);
  const views = scattered(draw, draw.whole(looks[0], looks[1]), quiet, oldest).map((back): Happening => [back, "view", "app", "in", liked(draw, taste)]);
  const clicks = views.filter(() => draw.chance(0.35)).map(([back, , , , about]): Happening => [back, "click", "app", "in", about ?? taste.first]);
  const followed = [taste.first, taste.second].flatMap((category) =>
    draw.chance(follows) ? contacts(draw, scattered(draw, 1, quiet, oldest), ["follow", "app", "in", [category]]) : [],
  );
  return [...views, ...clicks, ...followed];
}

function orders(draw: Random, habit: Habit, taste: Taste, quiet: number, since: number): Happening[] {
  const { every } = habits[habit];
  if (every === 0) return [];
  return spaced(draw, every, quiet, Math.min(since, SPAN - 1)).map((back) => {
    const category = liked(draw, taste);
    const [least, most] = prices[category];
    const pieces = draw.weighted([
      [1, 7],
      [2, 2],
      [3, 1],
    ]);
    return [back, category, String(pieces), (pieces * draw.magnitude(least, most)).toFixed(2)];
  });
}

/** A shop on the web: orders by category, looks and follows, those who registered and never bought, and who brought whom. */
export const shop = {
  heads,
  rowsOf(seed: number, n: number, days: Days): Rows<keyof typeof heads> {
    const { id, draw, row } = enrol({ letter: "S", place: 2 }, seed, n, days);
    const means = draw("means");
    const drawn = means.weighted(shares);
    const since = sinceOf(means);
    const habit = drawn === "lapsed" && since < 500 ? "regular" : drawn;
    const { every, refers, helped } = habits[habit];
    const quiet = Math.min(since, habit === "lapsed" ? means.whole(300, Math.min(since - 60, 900)) : means.whole(0, every === 0 ? 120 : Math.min(every, 90)));
    const first = means.pick(categories);
    const taste = { first, second: means.pick(categories) };
    const [buying, talking] = [draw("transactions"), draw("interactions")];
    const recent = Math.min(since, quiet + 360);
    const spoken = (chance: number, most: number, contact: Contact): Happening[] =>
      talking.chance(chance) ? contacts(talking, scattered(talking, talking.whole(1, most), quiet, recent), contact) : [];
    const interactions = [
      ...looks(talking, habit, taste, quiet, since),
      ...spoken(helped, 3, calls),
      ...spoken(every === 0 ? 0 : helped, 3, afterSales),
      ...spoken(helped / 8, 1, complaint),
      ...spoken(refers, 3, referral),
      ...spoken(0.7, 6, push),
    ];
    return {
      customers: [row("person", { standing: habit === "frequent" ? 2 : 0, since })],
      orders: told(buying, "O", id, orders(buying, habit, taste, quiet, since), days),
      interactions: told(talking, "I", id, interactions, days),
      attributes: [[id, "source", days.text(since), means.pick(["搜索", "广告", "朋友推荐", "直播间"]), ""]],
    };
  },
} as const satisfies Institution;
