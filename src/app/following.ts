import { followChanges } from "../platform/changes/index.js";
import type { JobKind } from "../platform/jobs/index.js";
import { readers } from "./features.js";

/** A job whose changes are followed before it is called done: a run of tiers moves owners, tasks and notices with it. */
export const followed = ({ kind, run }: JobKind): JobKind => ({
  kind,
  run: async (context, input) => {
    const result = await run(context, input);
    await followChanges(context.workspace, readers, context.report);
    return result;
  },
});
