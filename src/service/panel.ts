import type { Actor } from "../access/schema.js";
import { shownWords } from "../customer/index.js";
import type { CustomerPanel } from "../customer/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { tiersHeld } from "../tiering/index.js";
import { shownContact } from "./outcome.js";
import { rightsOf } from "./plan.js";
import { activePlans, toldTo } from "./plans.js";
import { CustomerService } from "./schema.js";
import { lastListDay } from "./store/planning.js";
import * as store from "./store/tasks.js";
import { shownTasks } from "./today.js";
import { wordsOf } from "./words.js";

const OBLIGATIONS = 20;
const CONTACTS = 20;

/** What a customer is owed, what is to do today, what was done, and what the tier has at any time: for the customer's page. */
export const customerPanel: CustomerPanel<Workspace, Actor> = {
  name: "service",
  schema: CustomerService,
  read: async (workspace, actor, { customer_id }): Promise<CustomerService> => {
    const plans = await activePlans(workspace);
    const words = wordsOf(plans);
    const told = await toldTo(workspace, actor);
    const tiers = await tiersHeld(workspace, customer_id);
    const held = await atomically(workspace.postgres, { customers: [customer_id] }, async (tx) => {
      const day = await lastListDay(tx);
      return {
        tasks: day === null ? [] : await store.tasksOfCustomer(tx, customer_id, day, told),
        obligations: await store.obligationsOf(tx, customer_id, OBLIGATIONS, told),
        contacts: await store.contactsOf(tx, customer_id, CONTACTS, told),
      };
    });
    return {
      plan: plans.find(({ core }) => held.obligations.some((one) => one.plan === core.plan))?.core.plan ?? plans[0]?.core.plan ?? null,
      tasks: await shownTasks(workspace, actor, held.tasks),
      obligations: held.obligations.map(({ plan, channel, occurred_at, evidence, recorded_by, manager_name, ...one }) => ({
        ...one,
        title: words.title(plan, one.entitlement),
        met_by:
          channel === null || occurred_at === null
            ? null
            : { channel, occurred_at, by: manager_name ?? recorded_by ?? "", evidence: shownWords(actor, evidence) },
      })),
      contacts: held.contacts.map((row) => shownContact(actor, row, plans)),
      rights: plans.flatMap(({ core }) => {
        const tier = tiers.find((one) => one.model === core.model)?.tier;
        return tier === undefined ? [] : rightsOf(core, tier).map(({ title, about }) => ({ title, about }));
      }),
    };
  },
};
