import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { publishedVersion, shownVersion } from "./models.js";
import { reviewsDue } from "./reviews.js";
import type { PublishedModel } from "./schema.js";
import { serviceModel } from "./store/service-model.js";
import * as store from "./store.js";

/** The version in force of every published model, which is the service model, and when each has to be reviewed. */
export async function publishedModels(workspace: Workspace): Promise<PublishedModel[]> {
  const due = await reviewsDue(workspace);
  const [rows, service] = await atomically(workspace.postgres, "all", async (tx) => [await store.publishedModels(tx), await serviceModel(tx)] as const);
  return rows.map((row) => ({ ...shownVersion(row), service: row.model === service, review: due.get(row.model) ?? null }));
}

/** One of them. */
export async function publishedModel(workspace: Workspace, model: string): Promise<PublishedModel> {
  await publishedVersion(workspace, model);
  const found = (await publishedModels(workspace)).find((one) => one.model === model);
  if (found === undefined) throw new Error(`${model} is published no more`);
  return found;
}
