import { operator } from "../access/parts.js";
import { anyUnread, followChanges, lastChange } from "../platform/changes/index.js";
import { listCycles } from "../platform/cycle/index.js";
import type { Api, House } from "../platform/http/index.js";
import { defineJob, type JobKind } from "../platform/jobs/index.js";
import { log } from "../platform/log.js";
import { problemsIn } from "../platform/problem.js";
import { readers, renewals, steps } from "./features.js";

/**
 * A job whose changes are followed before it is called done: a run of tiers moves owners, tasks and notices with it. A job that
 * changed nothing is not asked to: facts that mend what keeps owners from being named have to come in while it still does.
 */
export const followed = ({ run, ...definition }: JobKind): JobKind => ({
  ...definition,
  run: async (context, input) => {
    const before = await lastChange(context.workspace);
    const result = await run(context, input);
    if ((await lastChange(context.workspace)) > before) await followChanges(context.workspace, readers, context.report);
    return result;
  },
});

/**
 * A job that brings facts: live models are graded anew before it is called done, and what moved is followed. The facts are in
 * whatever comes of it: what could not follow is told in the log, and the next job tries again.
 */
export const renewed = ({ run, ...definition }: JobKind): JobKind => ({
  ...definition,
  run: async (context, input) => {
    const before = await lastChange(context.workspace);
    const result = await run(context, input);
    try {
      for (const renew of renewals) await renew(context.workspace, operator, context.report);
      if ((await lastChange(context.workspace)) > before) await followChanges(context.workspace, readers, context.report);
    } catch (error) {
      const codes = problemsIn(error)?.map(({ code }) => code);
      log.warn(codes === undefined ? { err: error } : { codes }, "what follows facts that arrived was not done");
    }
    return result;
  },
});

export const FOLLOW_JOB = "follow";

/** What a process left that died between a change and those who follow it. */
export const followJob = defineJob<object>(FOLLOW_JOB, ({ workspace, report }) => followChanges(workspace, readers, report));

/** A cycle that has yet to end brings with it what is left to follow. */
async function followWhatWasLeft({ workspace, jobs }: House): Promise<void> {
  const [last] = await listCycles(workspace, steps, undefined, 1);
  if (last !== undefined && last.state !== "done") return;
  if (await anyUnread(workspace, readers)) await jobs.enqueueAlone(FOLLOW_JOB, operator.login, {});
}

/** A server looks once, as soon as it listens; without one, the next job that changes something follows all of it. */
export function followOnListen(api: Api, house: House): void {
  api.addHook("onListen", () => void followWhatWasLeft(house).catch((error: unknown) => log.error({ err: error }, "what was left could not be followed")));
}
