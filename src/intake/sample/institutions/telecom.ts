import { attributeHead } from "../attributes.js";
import { customerHead } from "../customers.js";
import type { Days } from "../days.js";
import { holdingHead } from "../holdings.js";
import { interactionHead } from "../interactions.js";
import { sinceOf } from "../means.js";
import type { Random, Some } from "../random.js";
import type { Rows } from "../write.js";
import { enrol, type Institution } from "./enrol.js";
import { type Contact, contacts, type Happening, scattered, told } from "./happenings.js";

const heads = {
  customers: customerHead,
  plans: holdingHead,
  bills: ["账单号", "用户号", "出账时间", "金额"],
  usage: ["话单号", "用户号", "统计时间", "业务", "用量"],
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

/** Bills and usage are told for so many months. */
const MONTHS = 24;

type Level = "low" | "middle" | "high";
const levels: Some<readonly [Level, number]> = [
  ["low", 40],
  ["middle", 38],
  ["high", 22],
];
const fees = { low: [19, 29, 39], middle: [59, 79, 99], high: [129, 199, 299] } as const satisfies Record<Level, Some<number>>;
const devices = {
  low: ["4G手机", "4G手机", "功能机", "5G手机"],
  middle: ["5G手机", "5G手机", "4G手机"],
  high: ["5G手机"],
} as const satisfies Record<Level, Some<string>>;

/** Who uses nothing any more but is billed, and whose number was stopped. */
const states: Some<readonly ["active" | "silent" | "stopped", number]> = [
  ["active", 82],
  ["silent", 9],
  ["stopped", 9],
];

const byUser: readonly (readonly [chance: number, most: number, contact: Contact])[] = [
  [0.6, 8, ["click", "app", "in", ["查询余量", "浏览套餐", "积分兑换", "办理加油包"]]],
  [0.3, 3, ["call", "hotline", "in", ["咨询套餐", "查询话费", "国际漫游", "携号转网咨询"]]],
  [0.15, 2, ["visit", "store", "in", ["换卡", "办理宽带", "购买手机"]]],
  [0.04, 2, ["complaint", "hotline", "in", ["信号不好", "扣费有异议", "宽带故障"]]],
  [0.7, 5, ["sms", "sms", "out", ["流量提醒", "套餐到期提醒", "优惠活动"]]],
  [0.25, 2, ["call", "hotline", "out", ["套餐升级推荐", "满意度回访"]]],
];

interface Line {
  since: number;
  fee: number;
  /** The last day with usage, and with a bill. */
  quiet: number;
  stopped: number;
}

/** The first days of months on which this line was there, each telling of the month before. */
const monthsOf = ({ since }: Line, until: number, days: Days): number[] => days.monthStarts.slice(-MONTHS).filter((start) => start < since && start >= until);

const bills = (draw: Random, line: Line, days: Days): Happening[] =>
  monthsOf(line, line.stopped, days).map((start) => [start, (line.fee * (draw.chance(0.3) ? 1 + draw.next() * 0.5 : 1)).toFixed(2)]);

function usage(draw: Random, line: Line, level: Level, device: string, days: Days): Happening[] {
  const minutes = draw.magnitude(30, 900);
  const gigabytes = device === "功能机" ? 0 : draw.magnitude(1, { low: 15, middle: 50, high: 150 }[level]);
  return monthsOf(line, line.quiet, days).flatMap((start): Happening[] => {
    const some = (of: number): string => (of * (0.6 + draw.next() * 0.8)).toFixed(2);
    return [[start, "voice", some(minutes)], ...(gigabytes === 0 ? [] : [[start, "data", some(gigabytes)] as Happening])];
  });
}

/** Contracts for the plan, and where several services are one product, for broadband and television; with the line they end. */
function plans(draw: Random, id: string, { since, fee, stopped }: Line, convergent: boolean, days: Days): string[][] {
  const term = draw.pick([365, 730, 0]);
  const signed = term === 0 ? since : draw.whole(0, term - 1);
  const opened = Math.min(since, stopped > 0 ? Math.max(signed, stopped + 30) : signed);
  const state = stopped > 0 ? "停机" : "正常";
  const contract = (letter: string, kind: string, product: string, amount: number): string[] => [
    `${id}-${letter}`,
    id,
    kind,
    product,
    state,
    amount.toFixed(2),
    days.text(opened),
    term === 0 ? "" : days.text(opened - term),
    stopped > 0 ? days.text(stopped) : "",
  ];
  return [
    contract("P", "plan", `畅享${fee}元套餐`, fee),
    ...(convergent ? [contract("B", "broadband", draw.pick(["宽带300M", "宽带500M", "宽带1000M"]), 0)] : []),
    ...(convergent && draw.chance(0.5) ? [contract("V", "television", "高清电视", 10)] : []),
  ];
}

/** A mobile operator: lines with their plans, monthly bills and usage, devices, single or convergent. */
export const telecom = {
  heads,
  rowsOf(seed: number, n: number, days: Days): Rows<keyof typeof heads> {
    const { id, draw, row } = enrol({ letter: "T", place: 1, branch: "营业厅" }, seed, n, days);
    const means = draw("means");
    const level = means.weighted(levels);
    const since = sinceOf(means);
    const state = since < 200 ? "active" : means.weighted(states);
    const stopped = state === "stopped" ? means.whole(100, Math.min(500, since - 30)) : 0;
    const quiet = state === "silent" ? means.whole(100, 400) : stopped;
    const line = { since, fee: means.pick<number>(fees[level]), quiet, stopped };
    const device = means.pick<string>(devices[level]);
    const convergent = means.chance({ low: 0.12, middle: 0.4, high: 0.6 }[level]);
    const [paying, calling, talking] = [draw("transactions"), draw("balances"), draw("interactions")];
    const spoken = byUser.flatMap(([chance, most, contact]) =>
      talking.chance(chance) ? contacts(talking, scattered(talking, talking.whole(1, most), quiet, Math.min(since, 720)), contact) : [],
    );
    return {
      customers: [row("person", { standing: level === "high" ? 2 : 0, since })],
      plans: plans(draw("holdings"), id, line, convergent, days),
      bills: told(paying, "Z", id, bills(paying, line, days), days),
      usage: told(calling, "D", id, usage(calling, line, level, device, days), days),
      interactions: told(talking, "I", id, spoken, days),
      attributes: [[id, "device_type", days.text(since), device, ""]],
    };
  },
} as const satisfies Institution;
