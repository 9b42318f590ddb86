import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import type { CustomerPanel, PersonalData } from "../customer/schema.js";
import type { ChangeReader } from "../platform/changes/index.js";
import type { StepKind } from "../platform/cycle/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { TierReferences } from "../tiering/schema.js";
import { assign, type WorkloadPart } from "./assign.js";
import { mirrorOwners } from "./mirror.js";
import { policyInForce } from "./policy.js";
import { type AccountManager, Owner } from "./schema.js";
import * as store from "./store.js";

/** The warehouse's copy of the assignments is made again where a kill left it behind. */
export const onOpen = (workspace: Workspace): Promise<void> => workspace.warehouse.write((session) => mirrorOwners(workspace, session));

export const personalData: PersonalData<Transaction> = { holds: ["assignment", "assignment_move"], export: store.rowsOf };

export const customerPanel: CustomerPanel<Workspace, Actor> = {
  name: "owner",
  schema: Owner,
  read: (workspace, _actor, { customer_id }) =>
    atomically(workspace.postgres, { customers: [customer_id] }, async (tx): Promise<Owner | null> => {
      const row = await store.assignmentOf(tx, customer_id);
      if (row === undefined) return null;
      const { mode, since, reason, manager_id, ...manager } = row;
      return { manager: manager_id === null ? null : (manager as AccountManager), mode, since, reason, moves: await store.movesOf(tx, customer_id) };
    }),
};

/** Has this institution begun to assign: is a policy published, and was it applied once? */
const hasBegun = (workspace: Workspace): Promise<boolean> => atomically(workspace.postgres, "all", async (tx) => (await store.lastRun(tx)) !== undefined);

/** The tiers of a model that the policy serves. */
export const references: TierReferences<Workspace> = async (workspace, model) => {
  const found = await policyInForce(workspace);
  const tiers = found?.policy.serve.flatMap((one) => (one.model === model ? one.tiers : [])) ?? [];
  return found === undefined ? [] : [{ what: found.policy.title, tiers, conditions: [] }];
};

/** When tiers moved, owners follow. */
export const onChange = (workload: readonly WorkloadPart[]): ChangeReader => ({
  name: "portfolio",
  kinds: ["tiers"],
  follow: async (workspace, _changes, report) => {
    if (await hasBegun(workspace)) await assign(workspace, operator, workload, report);
  },
});

/** The cycle's step: nothing to do without a policy. */
export const step = (workload: readonly WorkloadPart[]): StepKind<Actor> => ({
  name: "assign",
  title: { zh: "指派客户经理", en: "Assign managers" },
  idle: { zh: "没有管户规则，无事可做", en: "No policy: nothing to do" },
  run: async ({ workspace, actor, report }) => {
    const found = await atomically(workspace.postgres, "all", store.lastPolicy);
    if (found === undefined) return [];
    const result = await assign(workspace, actor, workload, report);
    return [
      { title: { zh: "客户", en: "Customers" }, count: result.customers },
      { title: { zh: "新指派", en: "Assigned" }, count: result.assigned },
      { title: { zh: "更换", en: "Moved" }, count: result.moved },
      { title: { zh: "未指派", en: "Without an owner" }, count: result.unplaced },
    ];
  },
});
