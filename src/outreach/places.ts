import type { Text } from "../platform/schema.js";

interface Place {
  label: Text;
  /** Of the made-up customer that previews are filled with. */
  example: Text;
  /** Nothing may be known there although the occasion offers it: a text has to say what stands there then. */
  optional: boolean;
}

/** Everything a text may have filled in; the one table that checks, previews and documents read. */
export const places = {
  "customer.name": { label: { zh: "客户姓名或名称", en: "the customer's name" }, example: { zh: "王小明", en: "Wang Xiaoming" }, optional: false },
  "customer.salutation": { label: { zh: "客户称呼", en: "how the customer is addressed" }, example: { zh: "王先生", en: "Mr Wang" }, optional: false },
  "manager.name": { label: { zh: "客户经理姓名", en: "the account manager's name" }, example: { zh: "李静", en: "Li Jing" }, optional: true },
  "manager.phone": { label: { zh: "客户经理电话", en: "the account manager's phone" }, example: { zh: "16000000001", en: "16000000001" }, optional: true },
  branch: { label: { zh: "客户所属机构", en: "the customer's branch" }, example: { zh: "城东支行", en: "East Branch" }, optional: false },
  bank: { label: { zh: "本机构名称", en: "our own name" }, example: { zh: "本行", en: "our bank" }, optional: false },
  "tier.title": { label: { zh: "现在的层级", en: "the tier now" }, example: { zh: "白金", en: "Platinum" }, optional: false },
  "tier.before": { label: { zh: "原来的层级", en: "the tier before" }, example: { zh: "黄金", en: "Gold" }, optional: true },
  "tier.services": {
    label: { zh: "该层级享有的服务", en: "the services of the tier" },
    example: { zh: "贵宾室、绿色通道", en: "the VIP room and the green channel" },
    optional: true,
  },
  "tier.changes": {
    label: { zh: "层级变动带来的服务变化", en: "which services changed with the tier" },
    example: { zh: "新增贵宾室", en: "the VIP room is open to you" },
    optional: true,
  },
  "holding.product": { label: { zh: "产品名称", en: "the product's title" }, example: { zh: "稳健理财90天", en: "Steady 90-day plan" }, optional: true },
  "holding.amount": { label: { zh: "金额", en: "the amount" }, example: { zh: "50,000元", en: "CNY 50,000" }, optional: true },
  "holding.matures_on": { label: { zh: "到期日", en: "the day it matures" }, example: { zh: "2025年6月30日", en: "30 June 2025" }, optional: false },
  occasion: {
    label: { zh: "事由，例如节日名称", en: "the occasion, for example a festival's name" },
    example: { zh: "端午节", en: "Dragon Boat Festival" },
    optional: false,
  },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;
export const placeNames = Object.keys(places) as PlaceName[];

export const isPlace = (word: string): word is PlaceName => Object.hasOwn(places, word);

/** What fills the places of one text; null: nothing is known. */
export type Filling = Record<PlaceName, string | null>;

const paths = placeNames.map((place) => ({ place, root: place.split(".")[0] ?? place, leaf: place.split(".")[1] }));
const roots = [...new Set(paths.flatMap(({ root, leaf }) => (leaf === undefined ? [] : [root])))];

/** A filling as the text reads it: names with points in them become values within values. Made a million times on a festival. */
export function nested(filling: Filling): Record<string, unknown> {
  const scope: Record<string, unknown> = {};
  const within: Record<string, Record<string, unknown>> = {};
  for (const root of roots) within[root] = {};
  for (const { place, root, leaf } of paths) {
    const parent = leaf === undefined ? scope : within[root];
    if (parent !== undefined) parent[leaf ?? root] = filling[place];
  }
  return Object.assign(scope, within);
}
