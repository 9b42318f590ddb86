import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { refuse } from "../platform/problem.js";
import { sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { mask, maskRow } from "./mask.js";
import { currentBalances, newestFacts } from "./queries/facts.js";
import { type Customer, type CustomerPage, type CustomerPanel, columnsOf, type Fact } from "./schema.js";
import { customersInSight } from "./sight.js";

const PAGE_FACTS = 20;

/** Rows with how many there are in all. */
type Told<Row> = Row & { rows_in_all: number };

/** A profile row as the warehouse holds it: `customer_id` is the whole number inside, `public_id` the one people use. */
export type Profile = Omit<Customer, "customer_id"> & { customer_id: number; public_id: string };

/** The customer with this id, if the actor may see them; otherwise a 404 that does not tell which it was. */
export async function customerByPublicId(workspace: Workspace, actor: Actor, publicId: string): Promise<Profile> {
  const profile = await workspace.warehouse.first<Profile>(sql`select * from ${customersInSight(actor.scope)} where public_id = ${publicId}`);
  return (
    profile ??
    refuse(
      "customer.unknown",
      { zh: `没有客户号为“${publicId}”的客户，或不在您的权限范围内`, en: `There is no customer ${publicId} that you may see` },
      {
        status: 404,
        hint: { zh: "检查客户号；同号客户来自多个来源时写作“来源:客户号”。", en: "Check the id; when two sources share one it reads source:id." },
      },
    )
  );
}

/** Hide what the actor may not read of a profile. */
export function shownTo(actor: Actor, profile: Profile): { profile: Customer; masked: boolean } {
  const masked = !may(actor, "personal:read");
  const shown = columnsOf("customer").map(({ name }) => [name, name === "customer_id" ? profile.public_id : profile[name as keyof Customer]]);
  const whole = Object.fromEntries(shown) as Customer;
  return { profile: masked ? maskRow("customer", whole) : whole, masked };
}

/** A name as the actor may read it, where nothing else of the customer is shown. */
export const shownName = (actor: Actor, text: string | null): string | null => (text === null || may(actor, "personal:read") ? text : mask("name", text));

/** People's own words about a customer, as somebody may read them. */
export const shownWords = (actor: Actor, text: string | null): string | null => (text === null || may(actor, "personal:read") ? text : "***");

export type Panel = CustomerPanel<Workspace, Actor>;

/** Everything we know of one customer, with what later features bring. */
export async function customerPage(workspace: Workspace, actor: Actor, publicId: string, panels: readonly Panel[]): Promise<CustomerPage> {
  const { warehouse } = workspace;
  const found = await customerByPublicId(workspace, actor, publicId);
  const id = found.customer_id;
  const [holdings, balances, transactions, interactions, attributes] = await Promise.all([
    warehouse.all<Told<CustomerPage["holdings"][number]>>(newestFacts("holding", id, PAGE_FACTS)),
    warehouse.all<Told<CustomerPage["balances"][number]>>(currentBalances(id, PAGE_FACTS)),
    warehouse.all<Told<CustomerPage["transactions"][number]>>(newestFacts("transaction", id, PAGE_FACTS)),
    warehouse.all<Told<CustomerPage["interactions"][number]>>(newestFacts("interaction", id, PAGE_FACTS)),
    warehouse.all<Told<CustomerPage["attributes"][number]>>(newestFacts("attribute", id, PAGE_FACTS)),
  ]);
  const { profile, masked } = shownTo(actor, found);
  const rows = <Row extends object>(fact: Fact, held: Told<Row>[]): Row[] =>
    held.map(({ rows_in_all: _, ...row }) => (masked ? maskRow(fact, row as unknown as Row) : (row as unknown as Row)));
  const inAll = (held: readonly Told<object>[]): number => held[0]?.rows_in_all ?? 0;
  return {
    profile,
    masked,
    holdings: rows("holding", holdings),
    balances: rows("balance", balances),
    transactions: rows("transaction", transactions),
    interactions: rows("interaction", interactions),
    attributes: rows("attribute", attributes),
    counts: {
      holding: inAll(holdings),
      balance: inAll(balances),
      transaction: inAll(transactions),
      interaction: inAll(interactions),
      attribute: inAll(attributes),
    },
    panels: Object.fromEntries(await Promise.all(panels.map(async (panel) => [panel.name, await panel.read(workspace, actor, found)] as const))),
  };
}
