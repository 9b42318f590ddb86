import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House, Routes } from "../platform/http/index.js";
import { sql } from "../platform/warehouse/index.js";
import { customerPage } from "./page.js";
import { About, CustomerPage } from "./schema.js";
import { customersInSight } from "./sight.js";

export function routes(api: Api, { workspace }: House): void {
  api.get(
    "/customers/:id",
    { schema: { summary: "Everything known of one customer", tags: ["customer"], params: z.object({ id: z.string() }), response: { 200: CustomerPage } } },
    async (request) => {
      demand(request.actor, "customers:read");
      return customerPage(workspace, request.actor, request.params.id);
    },
  );
}

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
