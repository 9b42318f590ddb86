import { z } from "zod";
import { audit, demand, operator } from "../../access/parts.js";
import { listCycles, refuseDayToCome, refusePassedDay, refuseSecond } from "../../platform/cycle/index.js";
import { dueDay } from "../../platform/cycle/schedule.js";
import { Cycle, CycleRequest, CycleSchedule } from "../../platform/cycle/schema.js";
import { schedule, setSchedule } from "../../platform/cycle/store.js";
import type { Api, House } from "../../platform/http/index.js";
import { log } from "../../platform/log.js";
import { atomically } from "../../platform/postgres/atomically.js";
import { Day, page } from "../../platform/schema.js";
import { steps } from "../features.js";
import { CYCLE_JOB, type CycleJob } from "./job.js";

const tags = ["cycle"];
const LOOK_EVERY_MS = 30_000;

/** Ask for a cycle, unless one is at work or waits for its turn. */
async function enqueue({ jobs }: House, queued: CycleJob): Promise<string> {
  return (await jobs.enqueueAlone(CYCLE_JOB, queued.actor.login, queued))?.id ?? refuseSecond();
}

/** The server starts the day's cycle by itself once its hour has come. */
async function startIfDue(house: House, now: Date): Promise<void> {
  const { workspace } = house;
  const planned = await atomically(workspace.postgres, "all", schedule);
  const [last] = await listCycles(workspace, steps, undefined, 1);
  const day = dueDay(planned, last, workspace.settings.zone, now);
  if (day === undefined) return;
  const queued: CycleJob = { actor: operator, request: { day } };
  await house.jobs.enqueueAlone(CYCLE_JOB, operator.login, queued); // not a second one when somebody asked already
}

export function routes(api: Api, house: House): void {
  const { workspace } = house;
  // A server looks, as soon as it listens; a command that opens the workspace for itself does not.
  let looking: NodeJS.Timeout | undefined;
  const look = (): void => void startIfDue(house, new Date()).catch((error: unknown) => log.error({ err: error }, "the daily cycle could not be started"));
  api.addHook("onListen", () => {
    looking = setInterval(look, LOOK_EVERY_MS).unref();
    look();
  });
  api.addHook("onClose", async () => clearInterval(looking));

  const Paging = z.object({ cursor: Day.optional(), limit: z.coerce.number().int().min(1).max(100).default(20) });
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
      if (body.day !== undefined) {
        refuseDayToCome(body.day, workspace.settings.zone, new Date());
        await refusePassedDay(workspace, body.day);
      }
      return reply.code(202).send({ job: await enqueue(house, { actor, request: body }) });
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
