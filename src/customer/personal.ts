import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { customerByPublicId } from "./page.js";
import { allFacts } from "./queries/facts.js";
import { Fact, type PersonalData, type PersonalDataExport } from "./schema.js";

export type PersonalDataPart = PersonalData<Transaction>;

/** Everything held of one customer, for the customer to have; that it was taken out stands in the audit trail. */
export async function heldOf(workspace: Workspace, actor: Actor, publicId: string, parts: readonly PersonalDataPart[]): Promise<PersonalDataExport> {
  const { customer_id: id } = await customerByPublicId(workspace, actor, publicId);
  const told = Fact.options.filter((fact) => fact !== "product");
  const rows = await Promise.all(told.map((fact) => workspace.warehouse.all<Record<string, unknown>>(allFacts(fact, id))));
  const tables = await atomically(workspace.postgres, { customers: [id] }, async (tx) => {
    const held: Record<string, readonly object[]> = {};
    for (const part of parts) Object.assign(held, await part.export(tx, id));
    await audit(tx, actor, "customer.export", `customer:${publicId}`);
    return held;
  });
  return { customer_id: publicId, facts: Object.fromEntries(told.map((fact, i) => [fact, rows[i] ?? []])), tables: tables as PersonalDataExport["tables"] };
}
