import { z } from "zod";
import type { Actor } from "../access/schema.js";
import type { CustomerPanel, PersonalData } from "../customer/schema.js";
import type { Transaction } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { messagesOfCustomer } from "./messages.js";
import { Message } from "./schema.js";
import { messagesHeld } from "./store.js";

const PANEL_MESSAGES = 20;

export const customerPanel: CustomerPanel<Workspace, Actor> = {
  name: "messages",
  schema: z.array(Message),
  read: (workspace, actor, customer) => messagesOfCustomer(workspace, actor, customer.customer_id, PANEL_MESSAGES),
};

export const personalData: PersonalData<Transaction> = {
  holds: ["message"],
  export: async (tx, customerId) => ({ message: await messagesHeld(tx, customerId) }),
};
