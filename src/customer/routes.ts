import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House, Routes } from "../platform/http/index.js";
import { sql } from "../platform/warehouse/index.js";
import { customerPage, type Panel } from "./page.js";
import { heldOf, type PersonalDataPart } from "./personal.js";
import { About, CustomerPage, PersonalDataExport } from "./schema.js";
import { customersInSight } from "./sight.js";

/** What later features bring to a customer's page, and which tables of theirs name customers. */
export interface CustomerParts {
  panels: readonly Panel[];
  personalData: readonly PersonalDataPart[];
}

export const routes =
  ({ panels, personalData }: CustomerParts): Routes =>
  (api: Api, { workspace }: House): void => {
    const params = z.object({ id: z.string() });
    const Answer = CustomerPage.extend({ panels: z.object(Object.fromEntries(panels.map(({ name, schema }) => [name, schema.nullable()]))) });
    api.get(
      "/customers/:id",
      { schema: { summary: "Everything known of one customer", tags: ["customer"], params, response: { 200: Answer } } },
      async (request) => {
        demand(request.actor, "customers:read");
        return customerPage(workspace, request.actor, request.params.id, panels);
      },
    );
    api.get(
      "/customers/:id/personal-data",
      { schema: { summary: "What is held of one customer, for the customer to have", tags: ["customer"], params, response: { 200: PersonalDataExport } } },
      async (request) => {
        demand(request.actor, "personal:read");
        return heldOf(workspace, request.actor, request.params.id, personalData);
      },
    );
  };

/** What the workbench asks first; the program's version comes from whoever puts the server together. */
export const aboutRoute =
  (version: string): Routes =>
  (api, { workspace }) => {
    api.get("/about", { schema: { summary: "Which workspace this is", tags: ["customer"], response: { 200: About } } }, async ({ actor }) => {
      const { id, zone, currency } = workspace.settings;
      const counted = await workspace.warehouse.first<{ customers: number }>(
        sql`select count(*)::integer as customers from ${customersInSight(actor.scope)} where kind <> ${"manager"}`,
      );
      return { version, workspace: id, zone, currency, customers: counted?.customers ?? 0 };
    });
  };
