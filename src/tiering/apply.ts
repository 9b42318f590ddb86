import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { OnProgress } from "../platform/progress.js";
import type { Workspace } from "../platform/workspace/index.js";
import { publish } from "./models.js";
import { type ChangeParts, figuresOf, type Previewed, previewOf } from "./preview.js";
import { refuseOpenProposal } from "./proposals.js";
import { runModel } from "./run.js";
import { refuseManyMoves } from "./safety.js";
import type { ApplyRequest, ModelChange } from "./schema.js";
import { standingTable } from "./standing.js";
import { addProposal } from "./store/proposals.js";
import * as store from "./store.js";

/** The change waits for somebody else. */
async function propose(
  workspace: Workspace,
  actor: Actor,
  { preview, text, origin, inForce }: Previewed & { inForce: store.VersionRow },
): Promise<ModelChange> {
  const { model, moved, share } = preview;
  const asked = { model, base_version: inForce.version, text, origin, preview, requested_by: actor.login };
  const { proposal } = await atomically(workspace.postgres, "all", async (tx) => {
    const added = (await addProposal(tx, asked)) ?? (await refuseOpenProposal(tx, model));
    await audit(tx, actor, "models.propose", `model:${model}`, { proposal: added.proposal, origin, moved, share });
    return added;
  });
  return { ...preview, version: null, run: null, proposal };
}

/**
 * Publish a change of a model and, where the model has been run or a day is given, grade everybody by it. What moves more
 * than one person may publish waits for another; what moves more than the model's safety allows is asked about first.
 */
export async function applyChange(workspace: Workspace, actor: Actor, request: ApplyRequest, parts: ChangeParts, report: OnProgress): Promise<ModelChange> {
  const previewed = await previewOf(workspace, request, parts, report);
  const { preview, text, origin, inForce, ran, plan, limits } = previewed;
  if (preview.needs_approval && inForce !== undefined && inForce.text !== text) return propose(workspace, actor, { ...previewed, inForce });
  const runs = preview.as_of !== null && (ran || request.as_of !== undefined);
  if (runs && request.confirm !== true)
    refuseManyMoves(preview.model, preview, preview.stops, { zh: "确认无误后加上 --confirm", en: "If it is right, say so with --confirm" });
  const { version } = await publish(workspace, actor, { text, origin }, { references: parts.references, previewed: true });
  if (!runs || preview.as_of === null) return { ...preview, version, run: null, proposal: null };
  const [last] = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx, preview.model));
  const result = await runModel(workspace, actor, { model: preview.model, as_of: preview.as_of, confirm: true }, report);
  const done = {
    table: standingTable("standing", preview.model, result.run),
    before: last?.tiers ?? {},
    counts: result,
    as_of: preview.as_of,
    limits,
  };
  return { ...(await figuresOf(workspace, workspace.warehouse, plan, done, parts.workload)), version, run: result.run, proposal: null };
}
