import { z } from "zod";
import { demand, may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import type { Api, House } from "../platform/http/index.js";
import { Numbered, numberedPlace, page } from "../platform/schema.js";
import { approvalsFor } from "./approvals.js";
import { diffOf, diffOfProposal } from "./diff.js";
import { APPLY_JOB, PREVIEW_JOB, type Queued, RUN_JOB } from "./jobs.js";
import type { ReferencesPart } from "./models.js";
import { decideProposal, listProposals, previewAnew, proposalOf, runOf, withdrawProposal } from "./proposals.js";
import {
  ApplyRequest,
  Approvals,
  Distribution,
  ModelCounts,
  PreviewRequest,
  Proposal,
  ProposalAnswer,
  ProposalDecision,
  ProposalState,
  type RunRequest,
  VersionDiff,
} from "./schema.js";
import { countsFor, distributionOf } from "./studio.js";

const tags = ["tiering"];
const Accepted = z.object({ job: z.string() });
const RowNumber = Numbered.refine((number) => number < 2 ** 31, { params: { zh: "编号过大", en: "is a larger number than there are" } });
const ProposalParam = z.object({ proposal: RowNumber });

/** What a change does is told of everybody. */
function demandChange(actor: Actor): void {
  demand(actor, "models:publish");
  demand(actor, "tiers:run");
}

/** Who runs models may see what is asked for, and so may the auditor; neither has a part of the bank only. */
function demandSight(actor: Actor): void {
  if (!may(actor, "audit:read")) demand(actor, "tiers:run");
}

/** Changes of models: seen before they are made, made, approved by another, taken back. */
export function changeRoutes(api: Api, { workspace, jobs }: House, references: readonly ReferencesPart[]): void {
  api.post(
    "/models/preview",
    { schema: { summary: "What a change of a model would do to everybody", tags, body: PreviewRequest, response: { 202: Accepted } } },
    async ({ actor, body }, reply) => {
      demandChange(actor);
      const queued: Queued<PreviewRequest> = { actor, request: body };
      return reply.code(202).send({ job: (await jobs.enqueue(PREVIEW_JOB, actor.login, queued)).id });
    },
  );
  api.post(
    "/models/apply",
    { schema: { summary: "Publish a change of a model and grade everybody by it", tags, body: ApplyRequest, response: { 202: Accepted } } },
    async ({ actor, body }, reply) => {
      demandChange(actor);
      const queued: Queued<ApplyRequest> = { actor, request: body };
      return reply.code(202).send({ job: (await jobs.enqueue(APPLY_JOB, actor.login, queued)).id });
    },
  );
  api.post(
    "/models/counts",
    {
      schema: {
        summary: "Customers of every tier by a text that is being written, on the figures of the last run",
        tags,
        body: z.object({ text: z.string().max(1_000_000) }),
        response: { 200: ModelCounts },
      },
    },
    ({ actor, body }) => {
      demandChange(actor);
      return countsFor(workspace, body.text);
    },
  );
  api.get(
    "/models/:model/distributions/:name",
    {
      schema: {
        summary: "How a measure or score of the last run lies, and where its values part",
        tags,
        params: z.object({ model: z.string(), name: z.string() }),
        querystring: z.object({ classes: z.coerce.number().int().min(2).max(20).default(5) }),
        response: { 200: Distribution },
      },
    },
    ({ actor, params, query }) => {
      demandChange(actor);
      return distributionOf(workspace, params.model, params.name, query.classes);
    },
  );
  const DiffQuery = z.object({ from: RowNumber, to: RowNumber });
  api.get(
    "/models/:model/diff",
    {
      schema: {
        summary: "Two versions of a model, line by line",
        tags,
        params: z.object({ model: z.string() }),
        querystring: DiffQuery,
        response: { 200: VersionDiff },
      },
    },
    async ({ actor, params, query }) => {
      demand(actor, "customers:read");
      return diffOf(workspace, params.model, query.from, query.to);
    },
  );
  const ListQuery = z.object({
    state: ProposalState.optional(),
    model: z.string().optional(),
    cursor: numberedPlace(9, 0).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
  // What a proposal moves is told of everybody: who sees a part of them is not shown it.
  api.get(
    "/proposals",
    { schema: { summary: "Changes of models that need approval, the newest first", tags, querystring: ListQuery, response: { 200: page(Proposal) } } },
    async ({ actor, query }) => {
      demandSight(actor);
      return listProposals(workspace, { ...query, before: query.cursor === undefined || query.cursor === "" ? undefined : Number(query.cursor) });
    },
  );
  api.get("/approvals", { schema: { summary: "How much waits for the reader's approval", tags, response: { 200: Approvals } } }, ({ actor }) =>
    approvalsFor(workspace, actor),
  );
  api.get(
    "/proposals/:proposal",
    { schema: { summary: "One of them", tags, params: ProposalParam, response: { 200: Proposal } } },
    async ({ actor, params }) => {
      demand(actor, "tiers:run");
      return proposalOf(workspace, params.proposal);
    },
  );
  api.get(
    "/proposals/:proposal/diff",
    { schema: { summary: "What it changes, line by line", tags, params: ProposalParam, response: { 200: VersionDiff } } },
    async ({ actor, params }) => {
      demandSight(actor);
      return diffOfProposal(workspace, params.proposal);
    },
  );
  api.post(
    "/proposals/:proposal/preview",
    { schema: { summary: "What one that waits does to everybody now, with some of those who move", tags, params: ProposalParam, response: { 202: Accepted } } },
    async ({ actor, params }, reply) => {
      const queued: Queued<PreviewRequest> = { actor, request: await previewAnew(workspace, actor, params.proposal) };
      return reply.code(202).send({ job: (await jobs.enqueue(PREVIEW_JOB, actor.login, queued)).id });
    },
  );
  api.post(
    "/proposals/:proposal/decision",
    {
      schema: {
        summary: "Approve or refuse a change somebody else asked for",
        tags,
        params: ProposalParam,
        body: ProposalDecision,
        response: { 200: ProposalAnswer },
      },
    },
    async ({ actor, params, body }) => {
      const decided = await decideProposal(workspace, actor, params.proposal, body, references);
      const request = decided.state === "approved" ? await runOf(workspace, decided) : undefined;
      if (request === undefined) return { ...decided, job: null };
      const queued: Queued<RunRequest> = { actor, request };
      return { ...decided, job: (await jobs.enqueue(RUN_JOB, actor.login, queued)).id };
    },
  );
  api.post(
    "/proposals/:proposal/withdraw",
    { schema: { summary: "Take back a change that waits", tags, params: ProposalParam, response: { 200: Proposal } } },
    async ({ actor, params }) => {
      demandChange(actor);
      return withdrawProposal(workspace, actor, params.proposal);
    },
  );
}
