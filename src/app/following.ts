import { followChanges, lastChange } from "../platform/changes/index.js";
import type { JobKind } from "../platform/jobs/index.js";
import { readers } from "./features.js";

/**
 * A job whose changes are followed before it is called done: a run of tiers moves owners, tasks and notices with it. A job that
 * changed nothing is not asked to: facts that mend what keeps owners from being named have to come in while it still does.
 */
export const followed = ({ kind, run }: JobKind): JobKind => ({
  kind,
  run: async (context, input) => {
    const before = await lastChange(context.workspace);
    const result = await run(context, input);
    if ((await lastChange(context.workspace)) > before) await followChanges(context.workspace, readers, context.report);
    return result;
  },
});
