import type { Generated, Kysely, Selectable } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";

interface Tables {
  model_review: {
    review: Generated<number>;
    model: string;
    version: number;
    note: string | null;
    reviewed_by: string;
    reviewed_at: Generated<string>;
  };
}

export type ReviewRow = Selectable<Tables["model_review"]>;

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** The last review of every model. */
export async function lastReviews(tx: Transaction): Promise<Map<string, ReviewRow>> {
  const rows = await db(tx).selectFrom("model_review").selectAll().distinctOn("model").orderBy("model").orderBy("review", "desc").execute();
  return new Map(rows.map((row) => [row.model, row]));
}

export async function addReview(tx: Transaction, row: Pick<ReviewRow, "model" | "version" | "note" | "reviewed_by">): Promise<void> {
  await db(tx).insertInto("model_review").values(row).execute();
}
