import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import { customerPage } from "./page.js";
import { CustomerPage } from "./schema.js";

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
