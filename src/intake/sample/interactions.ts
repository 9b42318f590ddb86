import { type Days, SPAN } from "./days.js";
import { kindNumbers, type Means } from "./means.js";
import { type Random, random, type Some } from "./random.js";

export const interactionHead = ["互动号", "客户号", "时间", "类型", "渠道", "方向", "主题"];

interface Contact {
  kind: string;
  channel: string;
  direction: "in" | "out";
  subjects: Some<string>;
}

/** What the bank does, and how often: the wealthy are visited and called, the others get messages. */
const byBank: Record<"personal" | "mass", Some<readonly [Contact, number]>> = {
  personal: [
    [{ kind: "call", channel: "phone", direction: "out", subjects: ["产品到期提醒", "资产配置回顾", "节日问候", "新品介绍", "满意度回访"] }, 5],
    [{ kind: "wechat", channel: "wechat", direction: "out", subjects: ["市场周报", "节日问候", "活动邀请", "理财到期提醒"] }, 4],
    [{ kind: "visit", channel: "branch", direction: "out", subjects: ["上门拜访", "年度资产检视", "生日祝福", "经营情况走访"] }, 2],
    [{ kind: "sms", channel: "sms", direction: "out", subjects: ["活动邀请", "产品到期提醒"] }, 1],
  ],
  mass: [
    [{ kind: "sms", channel: "sms", direction: "out", subjects: ["存款利率调整通知", "信用卡优惠", "防诈骗提示", "节日问候"] }, 6],
    [{ kind: "call", channel: "phone", direction: "out", subjects: ["信用卡推荐", "开户回访", "产品到期提醒"] }, 3],
    [{ kind: "wechat", channel: "wechat", direction: "out", subjects: ["活动邀请", "手机银行使用指南"] }, 1],
  ],
};
const byCustomer: Some<readonly [Contact, number]> = [
  [{ kind: "click", channel: "app", direction: "in", subjects: ["浏览理财产品", "浏览贷款页面", "查看活动页面", "查看积分商城"] }, 6],
  [{ kind: "call", channel: "phone", direction: "in", subjects: ["咨询利率", "挂失补卡", "查询限额", "咨询贷款"] }, 3],
  [{ kind: "visit", channel: "branch", direction: "in", subjects: ["办理转账", "咨询理财", "更新资料"] }, 2],
  [{ kind: "wechat", channel: "wechat", direction: "in", subjects: ["咨询产品", "预约网点"] }, 1],
];
const attendance: Contact = { kind: "attendance", channel: "event", direction: "in", subjects: ["财富沙龙", "健康讲座", "亲子活动", "企业家午餐会"] };
const referral: Contact = { kind: "referral", channel: "branch", direction: "in", subjects: ["推荐亲友开户", "推荐同事办理工资卡", "推荐企业客户"] };
const complaintSubjects: Some<string> = ["排队时间过长", "收费有异议", "手机银行无法登录", "服务态度", "转账延迟到账"];
const complaintChannels: Some<string> = ["phone", "app", "branch"];

/** Share never reached by the bank, contacts by it in three years, and share seen at its gatherings; by standing. */
const habits = {
  0: { unreached: 0.38, from: 1, to: 4, attends: 0.01 },
  1: { unreached: 0.14, from: 2, to: 8, attends: 0.04 },
  2: { unreached: 0.03, from: 5, to: 18, attends: 0.2 },
  3: { unreached: 0, from: 12, to: 40, attends: 0.4 },
  4: { unreached: 0, from: 25, to: 70, attends: 0.6 },
} as const satisfies Record<Means["standing"], { unreached: number; from: number; to: number; attends: number }>;

type Entry = readonly [back: number, text: string, contact: Contact, channel: string, subject: string];

const two = (number: number): string => String(number).padStart(2, "0");

function entry(draw: Random, back: number, contact: Contact): Entry {
  const hours = contact.kind === "click" ? draw.whole(7, 23) : draw.whole(9, 17);
  return [back, `${two(hours)}:${two(draw.whole(0, 59))}:00`, contact, contact.channel, draw.pick(contact.subjects)];
}

/** Contacts of three years, newest last. Nobody is reached after asking not to be, `silentFrom` days before the last one. */
export function interactions(
  seed: number,
  kind: "person" | "organisation",
  n: number,
  id: string,
  has: Means & { silentFrom: number | undefined },
  days: Days,
): string[][] {
  const draw = random(seed, "interactions", kindNumbers[kind], n);
  const { unreached, from, to, attends } = habits[has.standing];
  const [oldest, newest] = [Math.min(SPAN - 1, has.since), Math.min(has.since, has.closed ?? 0)];
  const share = Math.max(0.1, (oldest - newest) / SPAN);
  const times = (most: number, contact: () => Contact, last = newest): Entry[] =>
    last > oldest ? [] : Array.from({ length: most }, () => entry(draw, draw.whole(last, oldest), contact()));
  const means = byBank[has.standing >= 2 || kind === "organisation" ? "personal" : "mass"];
  const reached = kind === "organisation" || !draw.chance(unreached);
  const entries = [
    ...(reached ? times(Math.max(1, Math.round(draw.whole(from, to) * share)), () => draw.weighted(means), Math.max(newest, has.silentFrom ?? 0)) : []),
    ...(draw.chance(0.35) ? times(draw.whole(1, 4 + has.standing * 2), () => draw.weighted(byCustomer)) : []),
    ...(draw.chance(attends) ? times(draw.whole(1, 3), () => attendance) : []),
    ...(draw.chance(0.02 + attends / 8) ? times(1, () => referral) : []),
    ...(draw.chance(0.012) ? complaints(draw, oldest, newest) : []),
  ];
  entries.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1));
  return entries.map(([back, time, contact, channel, subject], i) => [
    `I${id}-${i + 1}`,
    id,
    `${days.text(back)} ${time}`,
    contact.kind,
    channel,
    contact.direction,
    subject,
  ]);
}

/** Few complain, and they do so more than once; many on the days when the app was down. */
function complaints(draw: Random, oldest: number, newest: number): Entry[] {
  const outage = draw.chance(0.4);
  const first = outage ? 75 : draw.chance(0.4) ? draw.whole(20, 90) : draw.whole(20, SPAN - 1);
  return Array.from({ length: draw.whole(1, 3) }, (_, i) => first - i * draw.whole(1, 6))
    .filter((back) => back <= oldest && back >= newest)
    .map((back) => {
      const contact: Contact = {
        kind: "complaint",
        channel: outage ? "app" : draw.pick(complaintChannels),
        direction: "in",
        subjects: outage ? ["手机银行无法登录"] : complaintSubjects,
      };
      return entry(draw, back, contact);
    });
}
