import { productsSold } from "./holdings.js";

export const productHead = ["产品", "产品名称", "产品大类"];

/** Several kinds of contract are one family of products. */
const families = {
  account: "deposit",
  deposit: "deposit",
  wealth: "wealth",
  fund: "wealth",
  metal: "wealth",
  insurance: "insurance",
  loan: "loan",
  credit: "loan",
  card: "card",
} as const satisfies Record<(typeof productsSold)[number]["kind"], string>;

/** The catalogue: the name a contract says is the code. */
export const products = (): string[][] => productsSold.map(({ kind, product }) => [product, product, families[kind]]);
