import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import * as store from "./store.js";

/** What goes by the owner is seen whole, or of some managers. */
export type ManagerSight = "all" | { managers: readonly number[] };

/** The managers in sight; undefined: all of them. */
export const managersSeen = (sight: ManagerSight): readonly number[] | undefined => (sight === "all" ? undefined : sight.managers);

/**
 * Which rows with an owner the actor may see in PostgreSQL: everybody's, or those of their branches' managers, or their own. What
 * managers did who left since stays in sight.
 */
export async function visibilityOf(workspace: Workspace, { scope }: Actor): Promise<ManagerSight> {
  if ("all" in scope) return "all";
  const filter = "manager" in scope ? { manager: scope.manager } : { branches: scope.branches };
  const managers = await atomically(workspace.postgres, "all", (tx) => store.managers(tx, { ...filter, gone: true }));
  return { managers: managers.map((one) => one.manager_id) };
}
