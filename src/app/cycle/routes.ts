import { z } from "zod";
import { audit, demand, operator } from "../../access/parts.js";
import { isDone, listCycles, refuseDayToCome, refuseSecond, todayIn } from "../../platform/cycle/index.js";
import { Cycle, CycleRequest, CycleSchedule } from "../../platform/cycle/schema.js";
import { schedule, setSchedule } from "../../platform/cycle/store.js";
import type { Api, House } from "../../platform/http/index.js";
import { log } from "../../platform/log.js";
import { atomically } from "../../platform/postgres/atomically.js";
import { page } from "../../platform/schema.js";
import { steps } from "../features.js";
import { CYCLE_JOB, type CycleJob } from "./job.js";

const tags = ["cycle"];
const LOOK_EVERY_MS = 30_000;

type Enqueue = (queued: CycleJob) => Promise<string>;

/** Asks for a cycle, unless one is at work or waits for its turn. One asker after the other: two at one moment would both find none. */
function inTurn({ jobs }: House): Enqueue {
  let last: Promise<unknown> = Promise.resolve();
  const enqueue: Enqueue = async (queued) => {
    const newest = await jobs.list({ kind: CYCLE_JOB, limit: 20 });
    if (newest.some((job) => job.state === "queued" || job.state === "running")) refuseSecond();
    return (await jobs.enqueue(CYCLE_JOB, queued.actor.login, queued)).id;
  };
  return (queued) => {
    const mine = last.then(() => enqueue(queued));
    last = mine.catch(() => undefined); // told to who asked
    return mine;
  };
}

/** The server starts the day's cycle by itself once its hour has come; a day that failed waits for a person. */
async function startIfDue({ workspace }: House, enqueue: Enqueue, now: Date): Promise<void> {
  const { zone } = workspace.settings;
  const planned = await atomically(workspace.postgres, "all", schedule);
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(now);
  if (!planned.enabled || clock < planned.starts_at) return;
  const day = todayIn(zone, now);
  const [last] = await listCycles(workspace, steps, undefined, 1);
  if (last !== undefined && last.day >= day && last.state !== "interrupted") return;
  if (await isDone(workspace, steps, day)) return;
  await enqueue({ actor: operator, request: { day } });
}

export function routes(api: Api, house: House): void {
  const { workspace } = house;
  const enqueue = inTurn(house);
  const looking = setInterval(
    () => void startIfDue(house, enqueue, new Date()).catch((error: unknown) => log.error({ err: error }, "the daily cycle could not be started")),
    LOOK_EVERY_MS,
  );
  looking.unref();
  api.addHook("onClose", async () => clearInterval(looking));

  const Paging = z.object({ cursor: z.iso.date().optional(), limit: z.coerce.number().int().min(1).max(100).default(20) });
  api.get(
    "/cycles",
    { schema: { summary: "Days with their steps, newest first", tags, querystring: Paging, response: { 200: page(Cycle) } } },
    async ({ actor, query }) => {
      demand(actor, "jobs:read");
      const found = await listCycles(workspace, steps, query.cursor, query.limit + 1);
      const items = found.slice(0, query.limit);
      return { items, next: found.length > query.limit ? (items.at(-1)?.day ?? null) : null, total: null };
    },
  );
  api.post(
    "/cycles",
    { schema: { summary: "Run a day's cycle, or go on with it", tags, body: CycleRequest, response: { 202: z.object({ job: z.string() }) } } },
    async ({ actor, body }, reply) => {
      demand(actor, "cycle:run");
      if (body.day !== undefined) refuseDayToCome(body.day, workspace.settings.zone, new Date());
      return reply.code(202).send({ job: await enqueue({ actor, request: body }) });
    },
  );
  api.get("/cycles/schedule", { schema: { summary: "When the server starts the day", tags, response: { 200: CycleSchedule } } }, ({ actor }) => {
    demand(actor, "jobs:read");
    return atomically(workspace.postgres, "all", schedule);
  });
  api.post(
    "/cycles/schedule",
    { schema: { summary: "Set when the server starts the day", tags, body: CycleSchedule, response: { 200: CycleSchedule } } },
    ({ actor, body }) => {
      demand(actor, "cycle:run");
      return atomically(workspace.postgres, "all", async (tx) => {
        await setSchedule(tx, body);
        await audit(tx, actor, "cycle.schedule", "cycle", { ...body });
        return body;
      });
    },
  );
}
