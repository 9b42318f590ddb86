import type { Text } from "../platform/schema.js";

/** What a message needs to know of a customer, as the relation `addressees` gives it. */
export interface Addressee {
  customer_id: number;
  public_id: string;
  name: string | null;
  sex: string | null;
  kind: string | null;
  phone: string | null;
  email: string | null;
  branch: string | null;
  do_not_contact: boolean;
  marketing_consent: boolean;
}

/** One message somebody wants prepared. */
export interface Wanted {
  /** What makes it one: who owes it, to whom, for what occasion. The same key is never prepared twice. */
  key: string;
  customer: Addressee;
  manager: { manager_id: number; name: string | null; phone: string | null } | null;
  /** Name of a template. */
  template: string;
  cause: Text;
  /** ISO 8601 with an offset. */
  send_at: string;
  prepared_on: string;
  /** What the occasion offers to the text. */
  places: {
    tier?: { title: Text; before?: Text | null; services?: Text | null; changes?: Text | null };
    holding?: { product: string | null; amount: string | null; matures_on: string | null };
    occasion?: Text;
  };
}
