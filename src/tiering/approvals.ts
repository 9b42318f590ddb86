import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { countOverridesWaiting } from "./overrides.js";
import { countReviewsDue } from "./reviews.js";
import type { Approvals } from "./schema.js";
import { countProposalsWaiting } from "./store/proposals.js";

/** How much waits for this person's word: what others asked for, and what has to be looked at again. */
export async function approvalsFor(workspace: Workspace, actor: Actor): Promise<Approvals> {
  const proposals = may(actor, "models:approve") ? atomically(workspace.postgres, "all", (tx) => countProposalsWaiting(tx, actor.login)) : 0;
  const overrides = may(actor, "overrides:approve") ? countOverridesWaiting(workspace, actor) : 0;
  const reviews = may(actor, "models:publish") ? countReviewsDue(workspace) : 0;
  return { proposals: await proposals, overrides: await overrides, reviews: await reviews };
}
