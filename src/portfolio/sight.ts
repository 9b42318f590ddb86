import type { Actor } from "../access/schema.js";
import { atomically, type Visibility } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import * as store from "./store.js";

/**
 * Which rows with an owner the actor may see in PostgreSQL: everybody's, or those of their branches' managers, or their own. What
 * managers did who left since stays in sight.
 */
export async function visibilityOf(workspace: Workspace, { scope }: Actor): Promise<Visibility> {
  if ("all" in scope) return "all";
  const filter = "manager" in scope ? { manager: scope.manager } : { branches: scope.branches };
  const managers = await atomically(workspace.postgres, "all", (tx) => store.managers(tx, { ...filter, gone: true }));
  return { managers: managers.map((one) => one.manager_id) };
}
