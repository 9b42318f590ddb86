import { audit, demand } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { forward } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { publishedVersion, readable } from "./models.js";
import type { PublishedModel } from "./schema.js";
import * as reviews from "./store/reviews.js";
import * as store from "./store.js";

type Review = NonNullable<PublishedModel["review"]>;

/** When each published model has to be looked at again, and who looked last; of those that ask for it. */
export async function reviewsDue(workspace: Workspace): Promise<Map<string, Review>> {
  const { zone } = workspace.settings;
  const today = todayIn(zone, new Date());
  const [versions, last] = await atomically(workspace.postgres, "all", async (tx) => [await store.publishedModels(tx), await reviews.lastReviews(tx)] as const);
  return new Map(
    versions.flatMap((version) => {
      const every = readable(version)?.reviewEvery;
      if (every == null) return [];
      const review = last.get(version.model);
      const dayOf = (moment: string): string => todayIn(zone, new Date(moment));
      const published = { by: version.published_by, on: dayOf(version.published_at), note: null };
      const reviewed = review === undefined ? published : { by: review.reviewed_by, on: dayOf(review.reviewed_at), note: review.note };
      const latest = reviewed.on >= published.on ? reviewed : published;
      const due_on = forward(latest.on, every);
      return [[version.model, { last_on: latest.on, last_by: latest.by, note: latest.note, due_on, due: due_on <= today }] as const];
    }),
  );
}

/** Models that wait to be looked at again. */
export const countReviewsDue = async (workspace: Workspace): Promise<number> => [...(await reviewsDue(workspace)).values()].filter(({ due }) => due).length;

/** Somebody looked at the version in force and found that it still holds. */
export async function reviewModel(workspace: Workspace, actor: Actor, model: string, note: string | undefined): Promise<void> {
  demand(actor, "models:publish");
  const { version } = await publishedVersion(workspace, model);
  await atomically(workspace.postgres, "all", async (tx) => {
    await reviews.addReview(tx, { model, version, note: note ?? null, reviewed_by: actor.login });
    await audit(tx, actor, "models.review", `model:${model}`, { version, note: note ?? null });
  });
}
