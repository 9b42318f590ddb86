import { z } from "zod";
import { demand, may } from "../access/index.js";
import type { Api, House } from "../platform/http/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import { page } from "../platform/schema.js";
import { IMPORT, type ImportJob } from "./jobs.js";
import { liveRoutes } from "./live/routes.js";
import type { ParsedMapping } from "./mapping.js";
import { listMappings, mappingByName, mappingOf } from "./mappings.js";
import { countSetAside, reasonsOf, setAsideRows } from "./queries/set-aside.js";
import { keepUpload, pathOf, refuseBrokenForm } from "./request.js";
import { ImportBatch, ImportRequest, MappingCard, SetAsideRow, Upload } from "./schema.js";
import { findBatch, listBatches } from "./store.js";

const tags = ["intake"];
const Limit = z.coerce.number().int().min(1).max(200).default(50);

const card = ({ name, mapping }: ParsedMapping): MappingCard => ({ name, title: mapping.title, source: mapping.source, about: mapping.about ?? null });

export function routes(api: Api, house: House): void {
  const { workspace, jobs } = house;
  const { postgres, warehouse } = workspace;
  liveRoutes(api, house);
  const withReasons = async <Held extends { batch: string }>(held: readonly Held[]): Promise<(Held & Pick<ImportBatch, "reasons">)[]> => {
    const reasons = await reasonsOf(
      warehouse,
      held.map((one) => one.batch),
    );
    return held.map((one) => ({ ...one, reasons: reasons.get(one.batch) ?? {} }));
  };
  const batchOf = async (batch: string): Promise<ImportBatch> => {
    const held = await atomically(postgres, "all", (tx) => findBatch(tx, batch));
    const [found] = await withReasons(held === undefined ? [] : [held]);
    return (
      found ??
      refuse(
        "intake.no_such_batch",
        { zh: `没有编号为 ${batch} 的导入`, en: `There is no import ${batch}` },
        { status: 404, hint: { zh: "用 tierkeep imports 查看。", en: "See tierkeep imports." } },
      )
    );
  };

  api.get("/mappings", { schema: { summary: "Mappings from files to facts", tags, response: { 200: z.array(MappingCard) } } }, async (request) => {
    demand(request.actor, "facts:import");
    return (await listMappings(workspace)).map(card);
  });

  api.get(
    "/mappings/:name",
    {
      schema: {
        summary: "One mapping with its text",
        tags,
        params: z.object({ name: z.string() }),
        response: { 200: MappingCard.extend({ text: z.string() }) },
      },
    },
    async (request) => {
      demand(request.actor, "facts:import");
      const found = await mappingByName(workspace, request.params.name, 404);
      return { ...card(found), text: found.text };
    },
  );

  api.post(
    "/uploads",
    {
      schema: {
        summary: "Upload a file (multipart, field `file`); `to` adds it to an earlier upload",
        tags,
        consumes: ["multipart/form-data"],
        querystring: z.object({ to: z.uuid().optional() }),
        response: { 200: Upload },
      },
    },
    async (request) => {
      demand(request.actor, "facts:import");
      const part = await request.file().catch(refuseBrokenForm);
      // The form's reader leaves the name out where the form does, whatever its type says.
      const name: string | undefined = part?.filename;
      if (part === undefined || name === undefined)
        refuse(
          "intake.no_file",
          { zh: "请求中没有文件", en: "The request holds no file" },
          { hint: { zh: "用 multipart 的 file 字段。", en: "Use the multipart field `file`." } },
        );
      return keepUpload(workspace, name, part.file, request.query.to).catch(refuseBrokenForm);
    },
  );

  api.post(
    "/imports",
    {
      schema: {
        summary: "Import a file or folder; the job's result is an ImportResult",
        tags,
        body: ImportRequest,
        response: { 202: z.object({ job: z.uuid() }) },
      },
    },
    async (request, reply) => {
      demand(request.actor, "facts:import");
      // What can be said at once is said at once.
      await pathOf(workspace, request.actor, request.body);
      await mappingOf(workspace, request.body);
      const input: ImportJob = { request: request.body, actor: request.actor };
      const job = await jobs.enqueue(IMPORT, request.actor.login, input);
      return reply.code(202).send({ job: job.id });
    },
  );

  api.get(
    "/imports",
    {
      schema: {
        summary: "Finished imports, the newest first",
        tags,
        querystring: z.object({ cursor: z.uuid().optional(), limit: Limit }),
        response: { 200: page(ImportBatch) },
      },
    },
    async (request) => {
      demand(request.actor, "jobs:read");
      const { cursor, limit } = request.query;
      const found = await atomically(postgres, "all", (tx) => listBatches(tx, limit + 1, cursor));
      const items = await withReasons(found.slice(0, limit));
      return { items, next: found.length > limit ? (items.at(-1)?.batch ?? null) : null, total: null };
    },
  );

  api.get(
    "/imports/:batch",
    { schema: { summary: "One import", tags, params: z.object({ batch: z.string() }), response: { 200: ImportBatch } } },
    async (request) => {
      demand(request.actor, "jobs:read");
      return batchOf(request.params.batch);
    },
  );

  api.get(
    "/imports/:batch/set-aside",
    {
      schema: {
        summary: "Rows an import set aside: file, line, column, reason, content",
        tags,
        params: z.object({ batch: z.string() }),
        querystring: z.object({ cursor: z.coerce.number().int().min(0).default(0), code: z.string().optional(), limit: Limit }),
        response: { 200: page(SetAsideRow) },
      },
    },
    async (request) => {
      demand(request.actor, "facts:import");
      const { batch } = await batchOf(request.params.batch);
      const { cursor, code, limit } = request.query;
      const readable = may(request.actor, "personal:read");
      const items = await setAsideRows(warehouse, batch, { code, offset: cursor, limit, readable });
      const total = await countSetAside(warehouse, batch, code);
      return { items, next: cursor + items.length < total ? String(cursor + items.length) : null, total };
    },
  );
}
