import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
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
  note: string | undefined,
): Promise<ModelChange> {
  const { model, moved, share } = preview;
  // who moves is personal, and is found anew by who has to know
  const asked = { model, base_version: inForce.version, text, origin, preview: { ...preview, movers: [] }, requested_by: actor.login, note: note ?? null };
  const { proposal } = await atomically(workspace.postgres, "all", async (tx) => {
    const added = (await addProposal(tx, asked)) ?? (await refuseOpenProposal(tx, model));
    await audit(tx, actor, "models.propose", `model:${model}`, { proposal: added.proposal, origin, moved, share, note });
    return added;
  });
  return { ...preview, version: null, run: null, proposal };
}

function refuseLifting(model: string): never {
  refuse(
    "tiering.lifts_limits",
    { zh: `这项变更放宽了模型 ${model} 的安全限度`, en: `The change lifts a limit of ${model}'s safety` },
    { status: 409, place: { path: "safety" }, hint: { zh: "确认无误后加上 --confirm", en: "If it is right, say so with --confirm" } },
  );
}

/** What was written is of the version it began with, and of no other model. */
function refuseOtherBase(base: { model: string; version: number }, model: string, inForce: store.VersionRow | undefined): void {
  if (model !== base.model)
    refuse(
      "tiering.other_model",
      { zh: `原文是模型 ${model} 的，不是 ${base.model}`, en: `The text is of the model ${model}, not of ${base.model}` },
      {
        place: { path: "model" },
        hint: { zh: "改回 model，或用命令行发布新模型", en: "Write the model's own name, or publish a new model from the command line" },
      },
    );
  if (inForce?.version !== base.version) refuseChangedBase(model, base.version, inForce?.version ?? 0);
}

function refuseChangedBase(model: string, from: number, inForce: number): never {
  refuse(
    "tiering.base_changed",
    {
      zh: `模型 ${model} 已发布第 ${inForce} 版，这项变更从第 ${from} 版开始`,
      en: `${model} is at version ${inForce} now; the change was made from version ${from}`,
    },
    { status: 409, hint: { zh: "在现行版本上重新预览和修改", en: "Preview it again, beside the version in force" } },
  );
}

/**
 * Publish a change of a model and, where the model has been run or a day is given, grade everybody by it. What moves more
 * than one person may publish waits for another; what moves more than the model's safety allows is asked about first.
 */
export async function applyChange(workspace: Workspace, actor: Actor, request: ApplyRequest, parts: ChangeParts, report: OnProgress): Promise<ModelChange> {
  const previewed = await previewOf(workspace, request, parts, report);
  const { preview, text, origin, republished, inForce, ran, plan, limits } = previewed;
  if (request.base !== undefined) refuseOtherBase(request.base, preview.model, inForce);
  if (preview.needs_approval && inForce !== undefined && inForce.text !== text) return propose(workspace, actor, { ...previewed, inForce }, request.note);
  const runs = preview.as_of !== null && !preview.words_only && (ran || request.as_of !== undefined);
  if (preview.lifts_limits && request.confirm !== true) refuseLifting(preview.model);
  if (runs && request.confirm !== true)
    refuseManyMoves(preview.model, preview, preview.stops, { zh: "确认无误后加上 --confirm", en: "If it is right, say so with --confirm" });
  const { version } = await publish(
    workspace,
    actor,
    { text, origin, note: request.note },
    {
      references: parts.references,
      previewed: true,
      republished,
      // what was previewed is beside the version that was in force then
      alongside: async (_, added) => {
        if (added !== (inForce?.version ?? 0) + 1) refuseChangedBase(preview.model, inForce?.version ?? 0, added - 1);
      },
    },
  );
  if (!runs || preview.as_of === null) return { ...preview, version, run: null, proposal: null };
  const [last] = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx, preview.model));
  const result = await runModel(workspace, actor, { model: preview.model, as_of: preview.as_of, confirm: true }, report);
  const done = {
    table: standingTable("standing", preview.model, result.run),
    before: last?.tiers ?? {},
    counts: result,
    as_of: preview.as_of,
    limits,
    apart: { drift: preview.drift, changed: preview.changed, changed_share: preview.changed_share },
  };
  return { ...(await figuresOf(workspace, workspace.warehouse, plan, done, parts.workload)), version, run: result.run, proposal: null };
}
