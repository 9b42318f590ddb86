import type { Workspace } from "../platform/workspace/index.js";
import type { Workload } from "../portfolio/schema.js";
import { activePlans } from "./plans.js";
import { timesPerMonth } from "./rhythm.js";

/** What the plans owe a customer of each tier, in minutes of work a month: what portfolios are filled by. */
export const workload: Workload<Workspace> = async (workspace) =>
  (await activePlans(workspace)).flatMap(({ core }) =>
    core.tiers.map(({ id }) => ({
      model: core.model,
      tier: id,
      minutes: core.entitlements.reduce(
        (sum, { tiers, rhythm, action }) => sum + (action.form === "task" && tiers.includes(id) ? timesPerMonth(rhythm) * action.minutes : 0),
        0,
      ),
    })),
  );
