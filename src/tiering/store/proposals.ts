import { type Generated, type JSONColumnType, type Kysely, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { ModelPreview, ProposalState } from "../schema.js";

/** Of those asked for before drift was told apart, less is kept. */
type KeptPreview = Omit<ModelPreview, Later> & Partial<Pick<ModelPreview, Later>>;
type Later = "drift" | "changed" | "changed_share" | "words_only";

interface Tables {
  tier_proposal: {
    proposal: Generated<number>;
    model: string;
    base_version: number;
    text: string;
    origin: string;
    preview: JSONColumnType<KeptPreview>;
    requested_by: string;
    requested_at: Generated<string>;
    note: string | null;
    state: Generated<ProposalState>;
    decided_by: string | null;
    decided_at: string | null;
    decision_note: string | null;
    version: number | null;
  };
}

export type ProposalRow = Selectable<Tables["tier_proposal"]>;

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

export const proposalByNumber = (tx: Transaction, proposal: number): Promise<ProposalRow | undefined> =>
  db(tx).selectFrom("tier_proposal").selectAll().where("proposal", "=", proposal).executeTakeFirst();

/** The same, which nobody else decides meanwhile. */
export const proposalToDecide = (tx: Transaction, proposal: number): Promise<ProposalRow | undefined> =>
  db(tx).selectFrom("tier_proposal").selectAll().where("proposal", "=", proposal).forUpdate().executeTakeFirst();

/** What waits for a model. */
export const proposalWaiting = (tx: Transaction, model: string): Promise<ProposalRow | undefined> =>
  db(tx).selectFrom("tier_proposal").selectAll().where("model", "=", model).where("state", "=", "waiting").executeTakeFirst();

/** How many wait for somebody other than this one. */
export async function countProposalsWaiting(tx: Transaction, login: string): Promise<number> {
  const found = db(tx)
    .selectFrom("tier_proposal")
    .select((of) => of.fn.countAll<number>().as("waiting"));
  return Number((await found.where("state", "=", "waiting").where("requested_by", "<>", login).executeTakeFirstOrThrow()).waiting);
}

/** Changes asked for, the newest first; `before` is the last of the page before. */
export function listProposals(
  tx: Transaction,
  filter: { state?: ProposalState | undefined; model?: string | undefined; before?: number | undefined; limit: number },
): Promise<ProposalRow[]> {
  let found = db(tx).selectFrom("tier_proposal").selectAll().orderBy("proposal", "desc").limit(filter.limit);
  if (filter.state !== undefined) found = found.where("state", "=", filter.state);
  if (filter.model !== undefined) found = found.where("model", "=", filter.model);
  if (filter.before !== undefined) found = found.where("proposal", "<", filter.before);
  return found.execute();
}

/** What waits for a model was compared with a version that is no longer in force. */
export async function lapseProposals(tx: Transaction, model: string): Promise<void> {
  await db(tx).updateTable("tier_proposal").set({ state: "lapsed" }).where("model", "=", model).where("state", "=", "waiting").execute();
}

/** Undefined when another waits for the model already. */
export const addProposal = (
  tx: Transaction,
  row: Pick<ProposalRow, "model" | "base_version" | "text" | "origin" | "requested_by" | "note"> & { preview: ModelPreview },
): Promise<ProposalRow | undefined> =>
  db(tx)
    .insertInto("tier_proposal")
    .values({ ...row, preview: JSON.stringify(row.preview) })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();

export async function decideProposal(
  tx: Transaction,
  proposal: number,
  decision: Pick<ProposalRow, "state" | "decided_by" | "decision_note" | "version">,
): Promise<ProposalRow> {
  return db(tx)
    .updateTable("tier_proposal")
    .set({ ...decision, decided_at: sql<string>`clock_timestamp()` })
    .where("proposal", "=", proposal)
    .returningAll()
    .executeTakeFirstOrThrow();
}
