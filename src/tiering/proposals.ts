import { audit, demand, may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { publish, type ReferencesPart, titleOf } from "./models.js";
import { type PreviewRequest, type Proposal, type ProposalDecision, type ProposalState, proposalStateLabels, type RunRequest } from "./schema.js";
import * as store from "./store/proposals.js";
import * as runs from "./store.js";

/** A proposal as people see it; one whose text an older check took is called by its model's name. */
function shown(row: store.ProposalRow): Proposal {
  const { moved, share } = row.preview;
  // of those asked for before drift was told apart, all was the change's
  const preview = { drift: 0, changed: moved, changed_share: share, words_only: false, ...row.preview };
  return { ...row, preview, title: titleOf({ model: row.model, version: row.base_version, text: row.text }) };
}

/** Another change of the model waits: one after the other. */
export async function refuseOpenProposal(tx: Transaction, model: string): Promise<never> {
  const open = await store.proposalWaiting(tx, model);
  refuse(
    "tiering.proposal_open",
    {
      zh: `模型 ${model} 已有一项变更在等待审批（编号 ${open?.proposal ?? ""}）`,
      en: `A change of ${model} waits for approval already, number ${open?.proposal ?? ""}`,
    },
    { status: 409, hint: { zh: "先审批或撤回它。", en: "Have it decided, or withdraw it, first." } },
  );
}

function noSuchProposal(proposal: number): never {
  refuse(
    "tiering.no_such_proposal",
    { zh: `没有编号为 ${proposal} 的模型变更`, en: `There is no proposal ${proposal}` },
    { status: 404, hint: { zh: "列出：tierkeep models proposals", en: "List them: tierkeep models proposals" } },
  );
}

export async function proposalOf(workspace: Workspace, proposal: number): Promise<Proposal> {
  return shown((await atomically(workspace.postgres, "all", (tx) => store.proposalByNumber(tx, proposal))) ?? noSuchProposal(proposal));
}

/** A page of changes asked for, the newest first. */
export async function listProposals(
  workspace: Workspace,
  asked: { state?: ProposalState | undefined; model?: string | undefined; before?: number | undefined; limit: number },
): Promise<{ items: Proposal[]; next: string | null; total: null }> {
  const rows = await atomically(workspace.postgres, "all", (tx) => store.listProposals(tx, { ...asked, limit: asked.limit + 1 }));
  const items = rows.slice(0, asked.limit).map(shown);
  return { items, next: rows.length > asked.limit ? String(items.at(-1)?.proposal) : null, total: null };
}

/** The proposal, locked, while it waits. */
async function waiting(tx: Transaction, proposal: number): Promise<store.ProposalRow> {
  const row = (await store.proposalToDecide(tx, proposal)) ?? noSuchProposal(proposal);
  return row.state === "waiting" ? row : refuseDecided(row);
}

function refuseDecided({ proposal, state }: Pick<Proposal, "proposal" | "state">): never {
  refuse(
    "tiering.proposal_state",
    {
      zh: `编号 ${proposal} 的模型变更：${proposalStateLabels[state].zh}`,
      en: `The proposal ${proposal}: ${proposalStateLabels[state].en.toLowerCase()}`,
    },
    { status: 409, hint: { zh: "刷新后再看。", en: "Look at it again." } },
  );
}

/** What previews it anew while it waits, on the facts of now: who moves is not kept with it, and found by who has to know. */
export async function previewAnew(workspace: Workspace, actor: Actor, proposal: number): Promise<PreviewRequest> {
  if (!may(actor, "models:approve")) {
    demand(actor, "models:publish");
    demand(actor, "tiers:run");
  }
  const asked = await proposalOf(workspace, proposal);
  if (asked.state !== "waiting") refuseDecided(asked);
  return { source: { text: asked.text, origin: asked.origin } };
}

/** Approve or refuse what somebody else asked for; approving publishes it, in the same transaction. */
export async function decideProposal(
  workspace: Workspace,
  actor: Actor,
  proposal: number,
  { approve, note }: ProposalDecision,
  references: readonly ReferencesPart[],
): Promise<Proposal> {
  demand(actor, "models:approve");
  const { text, origin, model, requested_by } = await atomically(workspace.postgres, "all", (tx) => waiting(tx, proposal));
  if (requested_by === actor.login)
    refuse(
      "tiering.proposal_own",
      { zh: "不能审批自己提出的模型变更", en: "Nobody approves a change of their own" },
      { status: 403, hint: { zh: "请另一位有审批权限的人处理。", en: "Somebody else who may approve has to decide." } },
    );
  const decided = { decided_by: actor.login, decision_note: note ?? null };
  if (!approve)
    return atomically(workspace.postgres, "all", async (tx) => {
      await waiting(tx, proposal);
      await audit(tx, actor, "models.refuse", `model:${model}`, { proposal });
      return shown(await store.decideProposal(tx, proposal, { ...decided, state: "refused", version: null }));
    });
  let decidedNow = false;
  // publishing lets everything else lapse that waits for the model, so what still waits is of the version in force
  await publish(
    workspace,
    actor,
    { text, origin },
    {
      references,
      previewed: true,
      alongside: async (tx, version) => {
        await waiting(tx, proposal);
        await store.decideProposal(tx, proposal, { ...decided, state: "approved", version });
        await audit(tx, actor, "models.approve", `model:${model}`, { proposal, version });
        decidedNow = true;
      },
    },
  );
  // the same text was in force already: somebody else decided meanwhile
  if (!decidedNow) await atomically(workspace.postgres, "all", (tx) => waiting(tx, proposal));
  return proposalOf(workspace, proposal);
}

/** Take back what one asked for oneself. */
export async function withdrawProposal(workspace: Workspace, actor: Actor, proposal: number): Promise<Proposal> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const row = await waiting(tx, proposal);
    if (row.requested_by !== actor.login) demand(actor, "models:approve");
    await audit(tx, actor, "models.withdraw", `model:${row.model}`, { proposal });
    return shown(await store.decideProposal(tx, proposal, { state: "withdrawn", decided_by: actor.login, decision_note: null, version: null }));
  });
}

/**
 * The run that grades everybody by what was approved: as of the day that was previewed, or of the model's last run when that is
 * later meanwhile. More may move than were previewed; beyond the model's own safety that was not approved, it stops and asks.
 */
export async function runOf(workspace: Workspace, { model, preview }: Proposal): Promise<RunRequest | undefined> {
  const [last] = await atomically(workspace.postgres, "all", (tx) => runs.decidedRuns(tx, model));
  if (last === undefined || preview.as_of === null) return undefined;
  return { model, as_of: last.as_of > preview.as_of ? last.as_of : preview.as_of, confirm: preview.stops !== null && preview.share > preview.stops };
}
