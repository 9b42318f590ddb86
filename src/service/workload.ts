import type { Workspace } from "../platform/workspace/index.js";
import type { TierWork, Workload } from "../tiering/schema.js";
import type { CoreEntitlement } from "./plan.js";
import { activePlans } from "./plans.js";
import { timesPerMonth } from "./rhythm.js";

/** What one promise comes to, for each customer it is for. */
function workOf({ rhythm, action, cost }: CoreEntitlement): Pick<TierWork, "minutes" | "contacts" | "cost"> {
  const times = timesPerMonth(rhythm);
  const [contacts, minutes] = action.form === "task" ? [times, times * action.minutes] : [0, 0];
  return { contacts, minutes, cost: (cost ?? 0) * times * 12 };
}

/** What the plans owe a customer of each tier: what portfolios are filled by, and changes of models are weighed by. */
export const workload: Workload<Workspace> = async (workspace) =>
  (await activePlans(workspace)).flatMap(({ core }) =>
    core.tiers.map(({ id }) => {
      const owed = core.entitlements.filter(({ tiers }) => tiers.includes(id)).map(workOf);
      const sum = (of: "minutes" | "contacts" | "cost"): number => owed.reduce((total, one) => total + one[of], 0);
      return { model: core.model, tier: id, minutes: sum("minutes"), contacts: sum("contacts"), cost: sum("cost") };
    }),
  );
