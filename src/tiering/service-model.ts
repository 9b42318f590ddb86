import { audit, demand } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { refuseNoModel } from "./absence.js";
import { presetText } from "./presets.js";
import * as named from "./store/service-model.js";
import * as store from "./store.js";

/** The model whose tiers staff see first: what is asked of no model is asked of this one. */
export async function serviceModel(workspace: Workspace): Promise<string> {
  return (await atomically(workspace.postgres, "all", named.serviceModel)) ?? refuseNoModel();
}

/** Make a published model the service model. No grade, owner or promise changes by it. */
export async function nameServiceModel(workspace: Workspace, actor: Actor, model: string): Promise<void> {
  demand(actor, "models:publish");
  await atomically(workspace.postgres, "all", async (tx) => {
    if ((await store.modelVersion(tx, model)) === undefined) refuseUnpublished(model, await store.publishedModels(tx));
    const before = await named.serviceModel(tx);
    await named.nameServiceModel(tx, model, actor.login);
    await audit(tx, actor, "models.service", `model:${model}`, { before: before ?? null });
  });
}

function refuseUnpublished(model: string, published: readonly store.VersionRow[]): never {
  const names = published.map((one) => one.model);
  const publish = { zh: `先发布：tierkeep models apply ${model}`, en: `Publish it first: tierkeep models apply ${model}` };
  const others = { zh: `已发布的模型：${names.join("、") || "无"}`, en: `Published are: ${names.join(", ") || "none"}` };
  refuse(
    "tiering.not_published",
    { zh: `模型 ${model} 没有发布，不能作为服务层级`, en: `The model ${model} is not published: it cannot be the service model` },
    { status: 404, hint: presetText(model) === undefined ? others : publish },
  );
}
