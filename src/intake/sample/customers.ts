import { addDays, type Random } from "./random.js";

export const branches = ["城东支行", "城西支行", "城南支行", "城北支行", "高新支行", "滨江支行"] as const;
const regions = { 城东支行: "城东区", 城西支行: "城西区", 城南支行: "城南区", 城北支行: "城北区", 高新支行: "高新区", 滨江支行: "滨江区" } as const;

const surnames = [..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈"] as [string, ...string[]];
const female = ["芳", "娜", "敏", "静", "丽", "艳", "秀英", "霞", "玉兰", "雪梅", "欣怡", "雨桐", "梓涵", "思琪", "婉清", "晓燕", "佳慧", "诗雨"] as [
  string,
  ...string[],
];
const male = ["伟", "强", "磊", "军", "勇", "杰", "涛", "明", "志强", "建国", "浩然", "子轩", "宇航", "文博", "俊豪", "海峰", "立新", "国庆"] as [
  string,
  ...string[],
];
const trades = ["纺织", "机电", "食品", "物流", "化工", "建材", "医药", "信息技术", "农业", "贸易", "装备制造", "新能源", "餐饮管理", "文化传媒"] as [
  string,
  ...string[],
];
const brands = ["远航", "恒泰", "金鼎", "瑞丰", "华盛", "盛源", "东润", "鼎新", "天成", "宏图", "嘉禾", "汇通", "博远", "永信", "康达", "百川"] as [
  string,
  ...string[],
];
const streets = ["人民路", "解放路", "中山路", "建设路", "文化路", "长江路", "和平路", "新华路"] as [string, ...string[]];

export interface SampleCustomer {
  id: string;
  kind: "person" | "organisation";
  name: string;
  sex: string;
  birthOn: string;
  phone: string;
  email: string;
  idNumber: string;
  address: string;
  region: string;
  branch: string;
  sinceOn: string;
}

/** The check digit of a mainland identity card (GB 11643). */
function checkDigit(first17: string): string {
  const sum = [...first17].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return "10X98765432"[sum % 11] ?? "0";
}

const padded = (number: number, length: number): string => String(number).padStart(length, "0");

/** 160 is a block no operator has; region 99 is on no identity card. */
function nobodysNumbers(n: number, birthOn: string): { phone: string; idNumber: string } {
  const first17 = `990000${birthOn.replaceAll("-", "")}${padded(n % 1000, 3)}`;
  return { phone: `160${padded((n * 7919) % 100_000_000, 8)}`, idNumber: `${first17}${checkDigit(first17)}` };
}

/** Customers who could exist and do not. */
export function sampleCustomer(random: Random, kind: SampleCustomer["kind"], n: number, until: string): SampleCustomer {
  const branch = random.pick(branches);
  const place = { branch, region: regions[branch], address: `${regions[branch]}${random.pick(streets)}${random.whole(1, 300)}号` };
  const sinceOn = addDays(until, -Math.floor(random.magnitude(120, 6000)));
  if (kind === "organisation") {
    const { phone } = nobodysNumbers(500_000 + n, "2000-01-01");
    const name = `${random.pick(brands)}${random.pick(trades)}${random.pick(["有限公司", "股份有限公司", "集团有限公司"])}`;
    return {
      id: `C${padded(n, 6)}`,
      kind,
      name,
      sex: "",
      birthOn: "",
      phone,
      email: `c${padded(n, 6)}@example.com`,
      idNumber: `99990000${padded(n, 9)}X`,
      ...place,
      sinceOn,
    };
  }
  const isFemale = random.chance(0.5);
  const birthOn = addDays(until, -random.whole(20 * 365, 80 * 365));
  const name = `${random.pick(surnames)}${random.pick(isFemale ? female : male)}`;
  return {
    id: `P${padded(n, 6)}`,
    kind,
    name,
    sex: isFemale ? "女" : "男",
    birthOn,
    ...nobodysNumbers(n, birthOn),
    email: random.chance(0.6) ? `p${padded(n, 6)}@example.com` : "",
    ...place,
    sinceOn,
  };
}
