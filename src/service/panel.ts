import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import type { CustomerPanel } from "../customer/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { shownContact } from "./outcome.js";
import { activePlans } from "./plans.js";
import { CustomerService } from "./schema.js";
import { lastListDay } from "./store/planning.js";
import * as store from "./store/tasks.js";
import { shownTasks } from "./today.js";
import { isBirthday, wordsOf } from "./words.js";

const OBLIGATIONS = 20;
const CONTACTS = 20;

/** What a customer is owed, what is to do today and what was done: for the customer's page. */
export const customerPanel: CustomerPanel<Workspace, Actor> = {
  name: "service",
  schema: CustomerService,
  read: async (workspace, actor, { customer_id }): Promise<CustomerService> => {
    const plans = await activePlans(workspace);
    const words = wordsOf(plans);
    const personal = may(actor, "personal:read");
    const held = await atomically(workspace.postgres, { customers: [customer_id] }, async (tx) => {
      const day = await lastListDay(tx);
      return {
        tasks: day === null ? [] : await store.tasksOfCustomer(tx, customer_id, day),
        obligations: await store.obligationsOf(tx, customer_id, OBLIGATIONS),
        contacts: await store.contactsOf(tx, customer_id, CONTACTS),
      };
    });
    return {
      plan: plans.find(({ core }) => held.obligations.some((one) => one.plan === core.plan))?.core.plan ?? plans[0]?.core.plan ?? null,
      tasks: await shownTasks(workspace, actor, held.tasks),
      obligations: held.obligations
        .filter((one) => personal || !isBirthday(words.of(one.plan, one.entitlement)))
        .map(({ plan, ...one }) => ({ ...one, title: words.title(plan, one.entitlement) })),
      contacts: held.contacts.map((row) => shownContact(actor, row, plans)),
    };
  },
};
