import { attributeHead } from "../attributes.js";
import { customerHead } from "../customers.js";
import type { Days } from "../days.js";
import { interactionHead } from "../interactions.js";
import { type Means, sinceOf } from "../means.js";
import type { Random, Some } from "../random.js";
import type { Rows } from "../write.js";
import { enrol, type Institution } from "./enrol.js";
import { type Contact, contacts, type Happening, scattered, spaced, told } from "./happenings.js";

const heads = {
  customers: customerHead,
  purchases: ["订单号", "成员号", "下单时间", "商品", "金额"],
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

/** What members do in a year, at most, and how many follow them. */
const roles = {
  leader: { standing: 3, posts: 60, comments: 80, followers: [400, 8000], every: 25, events: 0.5, looks: 30, refers: 0.35 },
  contributor: { standing: 2, posts: 18, comments: 45, followers: [60, 700], every: 40, events: 0.25, looks: 24, refers: 0.15 },
  participant: { standing: 1, posts: 3, comments: 14, followers: [5, 90], every: 80, events: 0.1, looks: 16, refers: 0.05 },
  lurker: { standing: 0, posts: 0, comments: 2, followers: [0.5, 12], every: 200, events: 0.03, looks: 10, refers: 0.01 },
  silent: { standing: 0, posts: 0, comments: 0, followers: [0.1, 4], every: 0, events: 0, looks: 1, refers: 0 },
} as const satisfies Record<string, { standing: Means["standing"]; followers: readonly [number, number]; [of: string]: number | readonly [number, number] }>;
type Role = keyof typeof roles;
const shares: Some<readonly [Role, number]> = [
  ["lurker", 34],
  ["participant", 31],
  ["contributor", 16],
  ["silent", 13],
  ["leader", 6],
];

interface Work {
  occupations: Some<string>;
  positions: Some<string>;
  income: readonly [number, number];
}
/** Occupation, position and income of a year go together. */
const work: Some<readonly [Work, number]> = [
  [{ occupations: ["工人", "司机", "店员", "文员"], positions: ["员工"], income: [40_000, 120_000] }, 40],
  [{ occupations: ["教师", "医生", "工程师", "律师"], positions: ["专业人员", "专业人员", "部门负责人"], income: [100_000, 500_000] }, 30],
  [{ occupations: ["企业主", "企业高管"], positions: ["负责人"], income: [300_000, 3_000_000] }, 10],
  [{ occupations: ["学生"], positions: ["员工"], income: [1000, 30_000] }, 12],
  [{ occupations: ["艺术家", "运动员", "科学家"], positions: ["专业人员"], income: [60_000, 900_000] }, 8],
];

const post: Contact = ["post", "community", "in", ["使用心得", "活动记录", "提问", "教程", "晒单"]];
const comment: Contact = ["comment", "community", "in", ["回答问题", "讨论", "点评"]];
const look: Contact = ["view", "community", "in", ["浏览商品", "浏览帖子", "查看活动"]];
const event: Contact = ["attendance", "event", "in", ["线下聚会", "志愿服务", "新品体验"]];
const referral: Contact = ["referral", "community", "in", ["邀请入群"]];
const welcome: Contact = ["wechat", "wechat", "out", ["入群欢迎", "活动通知", "新品试用"]];

function spoken(draw: Random, role: Role, quiet: number, since: number): Happening[] {
  const { posts, comments, looks, events, refers } = roles[role];
  const oldest = Math.min(since, quiet + 365);
  const times = (most: number, contact: Contact): Happening[] =>
    contacts(draw, scattered(draw, draw.whole(Math.floor(most * 0.4), most), quiet, oldest), contact);
  return [
    ...times(posts, post),
    ...times(comments, comment),
    ...times(looks, look),
    ...(draw.chance(events) ? times(3, event) : []),
    ...(draw.chance(refers) ? times(2, referral) : []),
    ...times(3, welcome),
  ];
}

const purchases = (draw: Random, { every, standing }: (typeof roles)[Role], quiet: number, since: number): Happening[] =>
  every === 0 || draw.chance(0.2)
    ? []
    : spaced(draw, every, quiet, Math.min(since, 730)).map((back) => [
        back,
        draw.pick(["装备", "课程", "周边", "门票"]),
        (draw.magnitude(30, 900) * (1 + standing / 3)).toFixed(2),
      ]);

/** A community: posts, comments, events and referrals of its members, who follows them, what they buy, and who they are. */
export const community = {
  heads,
  rowsOf(seed: number, n: number, days: Days): Rows<keyof typeof heads> {
    const { id, draw, row } = enrol({ letter: "U", place: 5 }, seed, n, days);
    const means = draw("means");
    const role = means.weighted(shares);
    const since = sinceOf(means);
    const quiet = Math.min(since, role === "silent" ? means.whole(0, 700) : means.chance(0.85) ? means.whole(0, 20) : means.whole(60, 400));
    const { occupations, positions, income } = means.weighted(work);
    const [followersLeast, followersMost] = roles[role].followers;
    const [incomeLeast, incomeMost] = income;
    const known = days.text(since);
    const words = { occupation: means.pick(occupations), position: means.pick(positions), age_group: means.pick(["18-25", "26-35", "36-45", "46-60", "60+"]) };
    const numbers = {
      income: Math.round(means.magnitude(incomeLeast, incomeMost) / 1000) * 1000,
      followers: Math.floor(means.magnitude(followersLeast, followersMost)),
    };
    const [buying, talking] = [draw("transactions"), draw("interactions")];
    return {
      customers: [row("person", { standing: roles[role].standing, since })],
      purchases: told(buying, "O", id, purchases(buying, roles[role], quiet, since), days),
      interactions: told(talking, "I", id, spoken(talking, role, quiet, since), days),
      attributes: [
        ...Object.entries(words).map(([name, value]) => [id, name, known, value, ""]),
        ...Object.entries(numbers).map(([name, value]) => [id, name, known, "", String(value)]),
      ],
    };
  },
} as const satisfies Institution;
