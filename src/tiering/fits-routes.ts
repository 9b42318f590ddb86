import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import { fitsOf } from "./fitted/shown.js";
import { ModelFits } from "./schema.js";

/** What a model foretells by. */
export function fitsRoutes(api: Api, { workspace }: House): void {
  api.get(
    "/models/:model/fits",
    {
      schema: {
        summary: "What the last run of a model foretold by: parameters, how they fit, and how they held on the last part of the time",
        tags: ["tiering"],
        params: z.object({ model: z.string() }),
        response: { 200: ModelFits },
      },
    },
    ({ actor, params }) => {
      demand(actor, "customers:read");
      return fitsOf(workspace, actor, params.model);
    },
  );
}
