import type { Actor } from "../access/schema.js";
import { atomically, type Visibility } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { managersIn } from "./store.js";

/** What row-level security lets somebody see: everything, or what managers in their scope look after. */
export async function visibilityOf(workspace: Workspace, { scope }: Actor): Promise<Visibility> {
  if ("all" in scope) return "all";
  return { managers: await atomically(workspace.postgres, "all", (tx) => managersIn(tx, scope)) };
}
