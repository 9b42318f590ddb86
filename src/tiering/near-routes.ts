import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { nearOf } from "./near.js";
import { MOST_WITHIN, Near, type Workload } from "./schema.js";

/** Who is near a better tier. */
export function nearRoutes(api: Api, { workspace }: House, workload: readonly Workload<Workspace>[]): void {
  const Query = z.object({
    within: z.coerce
      .number()
      .min(0.0001)
      .max(MOST_WITHIN)
      .default(0.1)
      .meta({ description: "the share of itself by which one measure is moved, up to a half; of whole numbers at least one" }),
    tier: z.string().max(200).optional().meta({ description: "those who would rise to this tier" }),
    measure: z.string().max(200).optional().meta({ description: "those whom this measure would raise" }),
    cursor: z.string().max(2000).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
  api.get(
    "/models/:model/near",
    {
      schema: {
        summary: "Customers a small step of one measure below a better tier, the nearest first, and what it would bring and cost if they rose",
        tags: ["tiering"],
        params: z.object({ model: z.string() }),
        querystring: Query,
        response: { 200: Near },
      },
    },
    ({ actor, params, query }) => {
      demand(actor, "customers:read");
      return nearOf(workspace, actor, params.model, query, workload);
    },
  );
}
