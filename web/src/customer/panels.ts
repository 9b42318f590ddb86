import type { CustomerPage } from "../../../src/customer/schema.js";
import type { Message } from "../../../src/outreach/schema.js";
import type { Owner } from "../../../src/portfolio/schema.js";
import type { CustomerService } from "../../../src/service/schema.js";

/** What later features tell of a customer; null where they know nothing. */
export interface Panels {
  owner: Owner | null;
  service: CustomerService | null;
  messages: Message[] | null;
}

export const panelsOf = ({ panels }: CustomerPage): Panels => ({ owner: null, service: null, messages: null, ...(panels as Partial<Panels>) });
