import type { Actor } from "../access/schema.js";
import { customerByPublicId } from "../customer/index.js";
import { print, type Value } from "../platform/expression/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { figureNames } from "./compile.js";
import { explain } from "./explain.js";
import type { Figures } from "./grade.js";
import type { OnTheWay } from "./held.js";
import { notGraded, standingInForce } from "./inforce.js";
import { figuresOf } from "./lists.js";
import { planOf } from "./models.js";
import { overrideOf } from "./overrides.js";
import type { Plan } from "./plan.js";
import { standingRow } from "./queries/standing.js";
import type { CustomerTier, Explanation, OverrideKind, RunRecord } from "./schema.js";
import { isHeld, standingOf, standingTable } from "./standing.js";
import { serviceModel } from "./store/service-model.js";
import * as store from "./store.js";

interface HeldRow extends OnTheWay {
  override: OverrideKind | null;
  clause: number;
  tier: string;
  since: string;
}

/** Read what the run kept of one customer and the ledger's history, and explain it. */
export async function explanationOf(workspace: Workspace, actor: Actor, publicId: string, model: string): Promise<Explanation> {
  const { run, plan, standing } = await standingInForce(workspace, model);
  const customer = await customerByPublicId(workspace, actor, publicId);
  const row = await workspace.warehouse.first<HeldRow & Record<string, unknown>>(standingRow(standing, customer.customer_id));
  if (row === undefined) notGraded(publicId, run);
  const { history, calibration } = await atomically(workspace.postgres, { customers: [customer.customer_id] }, async (tx) => {
    const steps = await store.historyOf(tx, model, customer.customer_id);
    const versions = new Map<number, store.VersionRow | undefined>();
    for (const version of new Set(steps.map((step) => step.version))) versions.set(version, await store.modelVersion(tx, model, version));
    const clauseText = (version: number, clause: number | null): string | null => {
      const found = versions.get(version);
      const when = found === undefined || clause === null ? null : (planOf(found).clauses[clause]?.when ?? null);
      return when === null ? null : print(when);
    };
    return {
      history: steps.flatMap((step) =>
        step.to === null ? [] : [{ ...step, to: step.to, phase: step.phase ?? "stable", clause: clauseText(step.version, step.clause) }],
      ),
      calibration: await store.calibrationOf(tx, run),
    };
  });
  const figures: Figures = figuresOf(plan, row);
  const override = await overrideOf(workspace, actor, customer, model);
  const changes = await changesOf(workspace, plan, run, customer.customer_id, figures);
  return explain(plan, run, calibration, { ...row, customer_id: publicId, figures, history, override, changes });
}

/** Which figures are others than at the newest run of an earlier day, while its rows are kept. */
async function changesOf(workspace: Workspace, plan: Plan, run: RunRecord, customerId: number, figures: Figures): Promise<Explanation["changes"]> {
  const before = await atomically(workspace.postgres, "all", (tx) => store.runBefore(tx, run));
  if (before === undefined || !(await isHeld(workspace.warehouse, standingTable("standing", before.model, before.run)))) return null;
  const row = await workspace.warehouse.first<HeldRow & Record<string, unknown>>(standingRow(standingOf(before), customerId));
  if (row === undefined) return null;
  const then = figuresOf(plan, row); // of a figure that an older version had not, nothing
  const changed = figureNames(plan).filter((name) => name in row && (then[name] ?? null) !== (figures[name] ?? null));
  return { since: before.as_of, tier: row.tier, figures: changed.map((name) => ({ name, from: then[name] ?? null, to: asShown(figures[name] ?? null) })) };
}

const asShown = (value: Value): string | number | null => (typeof value === "boolean" ? String(value) : value);

/** The tier of one customer in every model that graded them, for who may see the customer. */
export async function tiersOfCustomer(workspace: Workspace, actor: Actor, publicId: string): Promise<CustomerTier[]> {
  return tiersHeld(workspace, (await customerByPublicId(workspace, actor, publicId)).customer_id);
}

/** The tier in every model of a customer who was found before, that of the service model first. */
export async function tiersHeld(workspace: Workspace, customerId: number): Promise<CustomerTier[]> {
  const [runs, versions, service] = await atomically(workspace.postgres, "all", async (tx) => {
    const [named, all] = [await serviceModel(tx), await store.decidedRuns(tx)];
    const decided = [...all.filter(({ model }) => model === named), ...all.filter(({ model }) => model !== named)];
    const held: Awaited<ReturnType<typeof store.modelVersion>>[] = [];
    for (const run of decided) held.push(await store.modelVersion(tx, run.model, run.version)); // one connection, one statement at a time
    return [decided, held, named] as const;
  });
  const rows = await Promise.all(runs.map((run) => workspace.warehouse.first<HeldRow>(standingRow(standingOf(run), customerId))));
  return runs.flatMap((run, i) => {
    const [row, version] = [rows[i], versions[i]];
    if (row === undefined || version === undefined) return [];
    const plan = planOf(version);
    const title = plan.tiers.find((tier) => tier.id === row.tier)?.title ?? { zh: row.tier, en: row.tier };
    const { model, as_of } = run;
    const { tier, phase, override, since } = row;
    return [{ model, service: model === service, title: plan.title, tier, tier_title: title, phase, override, since, as_of }];
  });
}
