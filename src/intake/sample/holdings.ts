import type { Days } from "./days.js";
import { kindNumbers, type Means } from "./means.js";
import { type Random, random, type Some } from "./random.js";

export const holdingHead = ["合约号", "客户号", "合约类型", "产品", "状态", "金额", "开立日期", "到期日期", "关闭日期"];

type ContractKind = "account" | "deposit" | "wealth" | "fund" | "metal" | "insurance" | "loan" | "credit" | "card";

interface Line {
  kind: ContractKind;
  letter: string;
  products: Some<readonly [product: string, term: number]>;
  /** How many have it: of all, or of those who invest. */
  of: number;
  among: "all" | "investors";
  /** How many contracts ended before the present one, at most. */
  renewed: number;
  /** Amount as a share of all assets. */
  share: number;
}

/** Terms in days; 0 has no end. */
const personal: readonly Line[] = [
  {
    kind: "wealth",
    letter: "W",
    products: [
      ["稳健90天理财", 90],
      ["稳健180天理财", 180],
      ["优选365天理财", 365],
    ],
    of: 0.75,
    among: "investors",
    renewed: 3,
    share: 0.3,
  },
  {
    kind: "deposit",
    letter: "T",
    products: [
      ["定期存款三个月", 91],
      ["定期存款一年", 365],
      ["定期存款三年", 1095],
    ],
    of: 0.22,
    among: "all",
    renewed: 1,
    share: 0.3,
  },
  {
    kind: "fund",
    letter: "F",
    products: [
      ["货币基金", 0],
      ["债券基金", 0],
      ["混合基金", 0],
    ],
    of: 0.5,
    among: "investors",
    renewed: 0,
    share: 0.2,
  },
  {
    kind: "insurance",
    letter: "B",
    products: [
      ["年金保险", 3650],
      ["重疾保险", 7300],
    ],
    of: 0.35,
    among: "investors",
    renewed: 0,
    share: 0.1,
  },
  {
    kind: "metal",
    letter: "G",
    products: [
      ["积存金", 0],
      ["实物黄金", 0],
    ],
    of: 0.12,
    among: "investors",
    renewed: 0,
    share: 0.08,
  },
  {
    kind: "loan",
    letter: "L",
    products: [
      ["住房贷款", 7300],
      ["住房贷款", 10_950],
      ["消费贷款", 1095],
    ],
    of: 0.14,
    among: "all",
    renewed: 0,
    share: 1.5,
  },
];
const corporate: readonly Line[] = [
  {
    kind: "deposit",
    letter: "T",
    products: [
      ["单位定期存款", 91],
      ["单位定期存款", 365],
      ["大额存单", 1095],
    ],
    of: 0.35,
    among: "all",
    renewed: 2,
    share: 0.3,
  },
  {
    kind: "loan",
    letter: "L",
    products: [
      ["流动资金贷款", 365],
      ["固定资产贷款", 1825],
    ],
    of: 0.3,
    among: "all",
    renewed: 1,
    share: 0.2,
  },
];

const cards = { 0: "标准信用卡", 1: "标准信用卡", 2: "金卡", 3: "白金卡", 4: "钻石卡" } as const satisfies Record<Means["standing"], string>;

const accounts = { person: "活期账户", organisation: "单位结算账户" } as const;
const CREDIT = "授信额度";

/** Every product a contract can be of, once. */
export const productsSold: readonly { kind: ContractKind; product: string }[] = [
  ...new Map<string, ContractKind>([
    ...Object.values(accounts).map((product) => [product, "account"] as const),
    ...[...personal, ...corporate].flatMap(({ kind, products }) => products.map(([product]) => [product, kind] as const)),
    ...Object.values(cards).map((product) => [product, "card"] as const),
    [CREDIT, "credit"],
  ]),
].map(([product, kind]) => ({ kind, product }));

interface Contract {
  ref: string;
  kind: ContractKind;
  product: string;
  amount: number;
  opened: number;
  /** The day of maturity, counted back: negative when it lies ahead. */
  matures?: number;
}

/** Contracts: an account for everybody, more for those who can. Of what matures and is renewed, some matures on every day. */
export function holdings(seed: number, kind: "person" | "organisation", n: number, id: string, has: Means, days: Days): string[][] {
  const draw = random(seed, "holdings", kindNumbers[kind], n);
  const isPerson = kind === "person";
  const contracts: Contract[] = [
    { ref: `${id}-D1`, kind: "account", product: accounts[kind], amount: has.deposit, opened: has.since },
    ...(isPerson ? personal : corporate).flatMap((line) => contractsOf(draw, line, id, has)),
  ];
  // a card is issued for five years, credit for one
  if (has.card) contracts.push({ ref: `${id}-K1`, kind: "card", product: cards[has.standing], amount: 0, ...running(draw, 1825, has.since) });
  if (has.creditTarget !== undefined)
    contracts.push({ ref: `${id}-X1`, kind: "credit", product: CREDIT, amount: has.creditTarget, ...running(draw, 365, has.since) });
  return contracts.map((one) => rowOf(one, id, has.closed, days));
}

/** Somewhere within its term, and not before its holder came. */
function running(draw: Random, term: number, since: number): { opened: number; matures: number } {
  const opened = Math.min(since, draw.whole(0, term - 1));
  return { opened, matures: opened - term };
}

function contractsOf(draw: Random, line: Line, id: string, has: Means): Contract[] {
  const soon = has.maturing && line.kind === "wealth";
  if (!soon && ((line.among === "investors" && has.investment === 0) || !draw.chance(line.of))) return [];
  const [product, term] = draw.pick(line.products);
  const amount = (has.deposit + has.investment) * line.share * (0.3 + draw.next() * 0.7);
  const one = { kind: line.kind, product, amount: amount < 1_000 ? amount : Math.round(amount / 1_000) * 1_000 };
  if (term === 0) return [{ ...one, ref: `${id}-${line.letter}1`, opened: draw.whole(0, Math.min(has.since, 1500)) }];
  const now = soon ? { opened: term - draw.whole(1, 7), matures: 0 } : running(draw, term, has.since);
  const before = draw.whole(0, line.renewed);
  return Array.from({ length: before + 1 }, (_, i) => before - i)
    .map((ago) => now.opened + ago * term)
    .filter((opened) => opened <= has.since)
    .map((opened, i) => ({ ...one, ref: `${id}-${line.letter}${i + 1}`, opened, matures: opened - term }));
}

function rowOf({ ref, kind, product, amount, opened, matures }: Contract, id: string, closed: number | undefined, days: Days): string[] {
  // who left opened nothing afterwards
  const began = Math.max(opened, closed ?? 0);
  const ended = Math.max(closed ?? 0, matures ?? 0);
  // what matures on the last day is still there
  const over = ended > 0;
  const maturity = matures === undefined ? "" : days.text(matures);
  return [ref, id, kind, product, over ? "已结清" : "正常", amount.toFixed(2), days.text(began), maturity, over ? days.text(Math.min(ended, began)) : ""];
}
