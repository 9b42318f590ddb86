import { attributeHead, managerAttributes, organisationAttributes, personAttributes, silentFrom } from "./attributes.js";
import { balanceHead, balances } from "./balances.js";
import { customerHead, idOf, manager, organisation, person } from "./customers.js";
import type { Days } from "./days.js";
import { holdingHead, holdings } from "./holdings.js";
import { interactionHead, interactions } from "./interactions.js";
import type { Clientele, Kind } from "./means.js";
import { organisationMeans } from "./organisations.js";
import { personMeans } from "./people.js";
import { productHead } from "./products.js";
import { transactionHead, transactions } from "./transactions.js";
import type { Rows } from "./write.js";

export const heads = {
  products: productHead,
  customers: customerHead,
  balances: balanceHead,
  transactions: transactionHead,
  holdings: holdingHead,
  interactions: interactionHead,
  attributes: attributeHead,
} as const;

export type File = keyof typeof heads;

/** Everything of one customer. It depends on the seed and who it is, not on how many others there are. */
export const rowsOf = {
  person(seed, n, days, clientele) {
    const means = personMeans(seed, n, days, clientele);
    const id = idOf("person", n);
    const { row, birth } = person(seed, n, means, days);
    const has = { ...means, birth, silentFrom: silentFrom(seed, n, means) };
    return {
      customers: [row],
      balances: balances(seed, "person", n, id, has, days),
      transactions: transactions(seed, "person", n, id, has, days),
      holdings: holdings(seed, "person", n, id, has, days),
      interactions: interactions(seed, "person", n, id, has, days),
      attributes: personAttributes(seed, n, id, has, days),
    };
  },
  organisation(seed, n, days, clientele) {
    const means = organisationMeans(seed, n, clientele);
    const id = idOf("organisation", n);
    return {
      customers: [organisation(seed, n, means, days)],
      balances: balances(seed, "organisation", n, id, means, days),
      transactions: transactions(seed, "organisation", n, id, means, days),
      holdings: holdings(seed, "organisation", n, id, means, days),
      interactions: interactions(seed, "organisation", n, id, { ...means, silentFrom: undefined }, days),
      attributes: organisationAttributes(id, means, days),
    };
  },
  manager(seed, n, days) {
    const one = manager(seed, n, days);
    return { customers: [one.row], attributes: managerAttributes(seed, n, idOf("manager", n), one, days) };
  },
} as const satisfies Record<Kind, (seed: number, n: number, days: Days, clientele: Clientele) => Rows<File>>;
