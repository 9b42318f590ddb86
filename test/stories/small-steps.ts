import { expect } from "vitest";
import { operator } from "../../src/access/index.js";
import { atomically } from "../../src/platform/postgres/atomically.js";
import { sql } from "../../src/platform/warehouse/index.js";
import type { Workspace } from "../../src/platform/workspace/index.js";
import { checkModel } from "../../src/tiering/check.js";
import { explanationOf } from "../../src/tiering/explanation.js";
import { decidingClause, withScores } from "../../src/tiering/grade.js";
import { presetText } from "../../src/tiering/presets.js";
import { runModel } from "../../src/tiering/run.js";
import type { RunResult } from "../../src/tiering/schema.js";
import { standingOf } from "../../src/tiering/standing.js";
import { calibrationById } from "../../src/tiering/store.js";

/** Every preset by the sample institution that shows it. */
export const shown = {
  bank: ["finance", "five-dimensions", "ladder", "lifecycle", "managers", "purchase", "pyramid", "three-groups", "value", "corporate", "retail-bank", "rfm"],
  telecom: ["telecom", "contract-value"],
  shop: ["aarrr", "needs", "interests", "market", "lifetime-value"],
  b2b: ["institutions", "relationship-quality", "contribution-potential", "evaluation"],
  membership: ["membership", "experience", "value-hierarchy"],
  community: ["community", "user-pyramid", "identity"],
};

/** Grade everybody by a preset, whatever it is that stands on the last day. */
export const graded = (workspace: Workspace, model: string, as_of: string): Promise<RunResult> =>
  runModel(workspace, operator, { model, as_of }, () => undefined);

/** Tiers so small that nobody works with them, or so large that they tell nobody apart. */
export const unworkable = ({ tiers, customers }: RunResult): [string, number][] =>
  Object.entries(tiers)
    .map(([tier, held]): [string, number] => [tier, held / customers])
    .filter(([, share]) => share < 0.01 || share > 0.6);

const TRIED = 10;

/** For ten customers of the run: what is said to raise their grade is something somebody can act on, and raises it as said. */
export async function expectSmallSteps(workspace: Workspace, result: RunResult): Promise<void> {
  const { plan } = checkModel(presetText(result.model) ?? "");
  if (plan === undefined) throw new Error(`there is no preset ${result.model}`);
  const rows = await workspace.warehouse.all<{ public_id: string }>(sql`
    select public_id from ${standingOf(result)} join profile using (customer_id) where grade <> ${plan.tiers[0]?.id ?? ""}
    order by hash(public_id), public_id limit ${TRIED}`);
  expect(rows.length).toBe(Math.min(TRIED, result.customers - (result.tiers[plan.tiers[0]?.id ?? ""] ?? 0)));
  let told = 0;
  for (const { public_id } of rows) {
    const { figures: shown, calibration: id, grade, next } = await explanationOf(workspace, operator, public_id, result.model);
    if (next === null) continue;
    told++;
    const calibration = id === null ? null : ((await atomically(workspace.postgres, "all", (tx) => calibrationById(tx, id))) ?? null);
    const figures = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
    const gives = (value: number | string | null): string | undefined => {
      const changed = withScores(plan, { ...figures, [next.measure]: value }, calibration, new Set([next.measure]));
      return plan.tiers[plan.clauses[decidingClause(plan, changed, calibration)]?.tier ?? -1]?.id;
    };
    expect(plan.measures.find((one) => one.name === next.measure)?.lever, `${public_id}: ${next.measure}`).toBe(true);
    expect(gives(figures[next.measure] ?? null), public_id).toBe(grade);
    expect(gives(typeof figures[next.measure] === "string" ? String(next.to) : next.to), `${public_id}: ${next.measure} ${next.to}`).toBe(next.tier);
    const place = (tier: string): number => plan.tiers.findIndex((one) => one.id === tier);
    expect(place(next.tier)).toBeLessThan(place(grade));
  }
  expect(told).toBeGreaterThan(0);
}
