import { columnsOf, Fact } from "../customer/schema.js";
import { sql } from "../platform/warehouse/index.js";
import { type Cte, isKnown, type Moment } from "./cte.js";

/** The family of a row's product: no column of the row, but what the catalogue says of its code. */
export const FAMILY = "family";

/** What a model may take of a fact and its conditions may speak of: the fact's own columns and, where rows name a product, its family. */
export function measurableColumns(fact: Fact): ReturnType<typeof columnsOf> {
  const own = columnsOf(fact).filter(({ name }) => name !== "customer_id");
  return own.some(({ name }) => name === "product") ? [...own, ...columnsOf("product").filter(({ name }) => name === FAMILY)] : own;
}

/** The facts whose rows have a family. */
export const factsWithFamily = Fact.options.filter((fact) => fact !== "product" && measurableColumns(fact).some(({ name }) => name === FAMILY));

/** Whichever source says it, a code is one product; what was said last of its family counts, as in a customer's profile. */
export const catalogue = (moment: Moment): Cte => ({
  name: "catalogue",
  about: "the family of each product",
  body: sql`select f.product, arg_max(f.family, (f.recorded_at, f.rowid)) filter (where f.family is not null) as family
  from product as f where ${isKnown(moment, "f")} group by 1`,
});
