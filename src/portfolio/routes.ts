import { z } from "zod";
import { demand } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import { refuse } from "../platform/problem.js";
import { formed, numberedPlace, page } from "../platform/schema.js";
import { ASSIGN_JOB, type AssignJob } from "./jobs.js";
import { loadSorts, portfolioOf, portfolioSummary, portfolios, unplacedCustomers } from "./lists.js";
import { checkPolicy, policyInForce, publishPolicy } from "./policy.js";
import { AssignmentReason, PolicyCheck, PolicyVersion, PortfolioDetail, PortfolioLoad, PortfolioSummary, Unplaced } from "./schema.js";

const tags = ["portfolio"];
const Limit = z.coerce.number().int().min(1).max(200).default(50);
const Place = numberedPlace(10).optional();

export function routes(api: Api, { workspace, jobs }: House): void {
  const LoadsQuery = z.object({
    branch: z.string().max(200).optional(),
    q: z.string().max(200).optional().meta({ description: "part of the manager's id or name" }),
    sort: formed(new RegExp(`^-?(${loadSorts.join("|")})$`), {
      zh: `应为 ${loadSorts.join("、")} 之一，前加减号为降序`,
      en: `has to be one of ${loadSorts.join(", ")}; a minus before it sorts down`,
    })
      .default("-load")
      .meta({ description: `${loadSorts.join(", ")}; a minus sorts down` }),
    cursor: Place,
    limit: Limit,
  });
  api.get(
    "/managers",
    { schema: { summary: "Account managers with their load against capacity", tags, querystring: LoadsQuery, response: { 200: page(PortfolioLoad) } } },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return portfolios(workspace, actor, query);
    },
  );
  api.get(
    "/managers/:manager",
    { schema: { summary: "One portfolio", tags, params: z.object({ manager: z.string().max(200) }), response: { 200: PortfolioDetail } } },
    ({ actor, params }) => {
      demand(actor, "customers:read");
      return portfolioOf(workspace, actor, params.manager);
    },
  );
  api.get("/portfolio", { schema: { summary: "All portfolios in figures", tags, response: { 200: PortfolioSummary } } }, ({ actor }) => {
    demand(actor, "customers:read");
    return portfolioSummary(workspace, actor);
  });
  api.get(
    "/portfolio/unplaced",
    {
      schema: {
        summary: "Customers without an owner, and why",
        tags,
        querystring: z.object({ reason: AssignmentReason.optional(), branch: z.string().max(200).optional(), cursor: Place, limit: Limit }),
        response: { 200: page(Unplaced) },
      },
    },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return unplacedCustomers(workspace, actor, query);
    },
  );
  api.post(
    "/portfolio/assignments",
    { schema: { summary: "Give every customer an owner", tags, response: { 202: z.object({ job: z.string() }) } } },
    async ({ actor }, reply) => {
      demand(actor, "portfolio:assign");
      const queued: AssignJob = { actor };
      return reply.code(202).send({ job: (await jobs.enqueue(ASSIGN_JOB, actor.login, queued)).id });
    },
  );
  api.get("/portfolio/policy", { schema: { summary: "The policy in force", tags, response: { 200: PolicyVersion } } }, async ({ actor }) => {
    demand(actor, "customers:read");
    const found = await policyInForce(workspace);
    return (
      found?.version ??
      refuse(
        "portfolio.no_policy",
        { zh: "还没有发布管户规则", en: "No portfolio policy is published" },
        { status: 404, hint: { zh: "发布预置规则：tierkeep portfolio apply bank", en: "Publish the preset: tierkeep portfolio apply bank" } },
      )
    );
  });
  const NewPolicy = z.union([z.object({ text: z.string().max(1_000_000), origin: z.string().max(200).default("api") }), z.object({ preset: z.string() })]);
  api.post("/portfolio/policy", { schema: { summary: "Publish a policy", tags, body: NewPolicy, response: { 200: PolicyVersion } } }, ({ actor, body }) => {
    demand(actor, "plans:publish");
    return publishPolicy(workspace, actor, body);
  });
  const Text = z.object({ text: z.string().max(1_000_000), file: z.string().max(200).optional() });
  api.post(
    "/portfolio/policy/check",
    { schema: { summary: "Every problem of a policy's text", tags, body: Text, response: { 200: PolicyCheck } } },
    async ({ actor, body }) => {
      demand(actor, "customers:read");
      return { problems: (await checkPolicy(workspace, body.text, body.file)).problems };
    },
  );
}
