import { z } from "zod";
import type { Api, House } from "../platform/http/index.js";
import { refuse } from "../platform/problem.js";
import { Job, page } from "../platform/schema.js";
import { may } from "./permissions.js";
import type { Actor } from "./schema.js";
import { operator } from "./session.js";

const LONGEST_WAIT_MS = 30_000;

/** The name jobs are asked for under; a user who bears the operator's is not the operator. */
const requesterName = (actor: Actor): string | undefined => (actor.login === operator.login && actor.id !== operator.id ? undefined : actor.login);

/** Background work is followed by who asked for it, and by who may see all of it. */
export function followingRoutes(api: Api, { jobs }: House): void {
  const Wait = z.object({ wait: z.coerce.number().int().min(0).max(LONGEST_WAIT_MS).default(0).meta({ description: "milliseconds to wait for news" }) });
  api.get(
    "/jobs/:id",
    {
      schema: {
        summary: "How far a job is; waits for news of it",
        tags: ["jobs"],
        params: z.object({ id: z.uuid() }),
        querystring: Wait,
        response: { 200: Job },
      },
    },
    async ({ actor, params, query }) => {
      const job = await jobs.get(params.id, query.wait);
      if (job !== undefined && (job.requested_by === requesterName(actor) || may(actor, "jobs:read"))) return job;
      return refuse("job.unknown", { zh: "没有这个后台作业", en: "There is no such job" }, { status: 404 });
    },
  );

  const Filter = z.object({ kind: z.string().optional(), cursor: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
  api.get(
    "/jobs",
    {
      schema: { summary: "Jobs, newest first: all of them, or one's own without jobs:read", tags: ["jobs"], querystring: Filter, response: { 200: page(Job) } },
    },
    async ({ actor, query: { kind, cursor, limit } }) => {
      const own = may(actor, "jobs:read") ? {} : { requestedBy: requesterName(actor) ?? "" };
      const found = await jobs.list({ limit: limit + 1, ...own, ...(kind === undefined ? {} : { kind }), ...(cursor === undefined ? {} : { before: cursor }) });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null, total: null };
    },
  );
}
