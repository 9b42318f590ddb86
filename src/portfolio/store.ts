import type { Kysely } from "kysely";
import type { Transaction } from "../platform/postgres/atomically.js";

interface Tables {
  account_manager: { manager_id: number; manager: string; branch: string | null };
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** The managers of some branches, or the one of this id, also when they are gone. */
export async function managersIn(tx: Transaction, scope: { branches: readonly string[] } | { manager: string }): Promise<number[]> {
  const managers = db(tx).selectFrom("account_manager").select("manager_id").orderBy("manager_id");
  if ("branches" in scope && scope.branches.length === 0) return [];
  const found = "manager" in scope ? managers.where("manager", "=", scope.manager) : managers.where("branch", "in", scope.branches);
  return (await found.execute()).map((row) => row.manager_id);
}
