import { z } from "zod";
import { demand } from "../access/index.js";
import { refuseDayToCome } from "../platform/cycle/index.js";
import type { Api, House } from "../platform/http/index.js";
import { Day, Numbered, numberedPlace, page, Text } from "../platform/schema.js";
import { coverageOf } from "./coverage.js";
import { PLAN_DAY_JOB, type PlanDayJob } from "./jobs.js";
import { recordContact, recordOutcome } from "./outcome.js";
import { checkText, listPlans, listPresets, planByName, publishPlan } from "./plans.js";
import { Contact, Coverage, DaySummary, NewContact, Outcome, PlanCheck, PlanVersion, Task, TeamDay, Today } from "./schema.js";
import { daySummary, teamDay, todayOf } from "./today.js";

const tags = ["service"];

export function routes(api: Api, house: House): void {
  const { workspace, jobs } = house;
  planRoutes(api, house);
  api.get(
    "/today",
    {
      schema: {
        summary: "One manager's list: the reader's own, or that of a manager named",
        tags,
        querystring: z.object({ manager: z.string().max(200).optional(), day: Day.optional() }),
        response: { 200: Today },
      },
    },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return todayOf(workspace, actor, query);
    },
  );
  const Branch = z.string().max(200).optional().meta({ description: "managers of this branch alone" });
  const TeamQuery = z.object({
    day: Day.optional(),
    branch: Branch,
    cursor: numberedPlace(7).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
  api.get(
    "/today/team",
    { schema: { summary: "How the day goes, by manager", tags, querystring: TeamQuery, response: { 200: page(TeamDay) } } },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return teamDay(workspace, actor, query);
    },
  );
  api.get(
    "/today/summary",
    { schema: { summary: "The day in figures", tags, querystring: z.object({ branch: Branch }), response: { 200: DaySummary } } },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return daySummary(workspace, actor, query.branch);
    },
  );
  api.post(
    "/tasks/:task/outcome",
    {
      schema: {
        summary: "What came of a task: done, not reached, or postponed",
        tags,
        params: z.object({ task: Numbered }),
        body: Outcome,
        response: { 200: Task },
      },
    },
    ({ actor, params, body }) => recordOutcome(workspace, actor, params.task, body, new Date()),
  );
  api.post(
    "/customers/:id/contacts",
    {
      schema: {
        summary: "Record a contact; it meets what it should",
        tags,
        params: z.object({ id: z.string() }),
        body: NewContact,
        response: { 200: Contact },
      },
    },
    ({ actor, params, body }) => recordContact(workspace, actor, params.id, body),
  );
  api.get(
    "/coverage",
    {
      schema: {
        summary: "What each tier was promised and what it got, of windows that end in these days",
        tags,
        querystring: z.object({ from: Day.optional(), to: Day.optional() }),
        response: { 200: Coverage },
      },
    },
    ({ actor, query }) => {
      demand(actor, "customers:read");
      return coverageOf(workspace, actor, query);
    },
  );
  api.post(
    "/days",
    { schema: { summary: "Plan a day", tags, body: z.object({ day: Day }), response: { 202: z.object({ job: z.string() }) } } },
    async ({ actor, body }, reply) => {
      demand(actor, "cycle:run");
      refuseDayToCome(body.day, workspace.settings.zone, new Date());
      const queued: PlanDayJob = { actor, day: body.day };
      return reply.code(202).send({ job: (await jobs.enqueue(PLAN_DAY_JOB, actor.login, queued)).id });
    },
  );
}

function planRoutes(api: Api, { workspace }: House): void {
  const Name = z.object({ plan: z.string().max(200) });
  api.get("/plans", { schema: { summary: "Service plans in force", tags, response: { 200: page(PlanVersion) } } }, async ({ actor }) => {
    demand(actor, "customers:read");
    const items = await listPlans(workspace);
    return { items, next: null, total: items.length };
  });
  api.get("/plans/:plan", { schema: { summary: "A plan in force", tags, params: Name, response: { 200: PlanVersion } } }, ({ actor, params }) => {
    demand(actor, "customers:read");
    return planByName(workspace, params.plan);
  });
  const NewPlan = z.union([
    z.object({ text: z.string().max(1_000_000), origin: z.string().max(200).default("api") }),
    z.object({ preset: z.string().max(200) }),
  ]);
  api.post("/plans", { schema: { summary: "Publish a version of a plan", tags, body: NewPlan, response: { 200: PlanVersion } } }, ({ actor, body }) => {
    demand(actor, "plans:publish");
    return publishPlan(workspace, actor, body);
  });
  const Check = z.object({ text: z.string().max(1_000_000), file: z.string().max(200).optional() });
  api.post(
    "/plans/check",
    { schema: { summary: "Every problem of a plan's text", tags, body: Check, response: { 200: PlanCheck } } },
    async ({ actor, body }) => {
      demand(actor, "customers:read");
      return { problems: (await checkText(workspace, body.text, body.file)).problems };
    },
  );
  const Preset = z.object({ name: z.string(), title: Text, about: Text.nullable() });
  api.get("/plan-presets", { schema: { summary: "Plans that come with the product", tags, response: { 200: z.array(Preset) } } }, ({ actor }) => {
    demand(actor, "customers:read");
    return listPresets();
  });
}
