import { createHash } from "node:crypto";
import { name, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { layersOf, scoredSql } from "./compile.js";
import type { CoreScore, Plan } from "./plan.js";
import type { Calibration } from "./schema.js";

/**
 * The edges between ranked bands: score = ceil(k · average rank / n), ranked from worst to best over grouped equal
 * values, in whole numbers. One row per score that occurs, with the last value that has it.
 */
export function edgesSql(score: CoreScore & { form: "quantiles" }, from: Sql): Sql {
  const worstFirst = raw(score.better === "higher" ? "asc" : "desc");
  const k = raw(String(score.bands));
  return sql`
    with counted as ( -- equal values are one rank
      select ${name(score.of)} as held, count(*) as many from ${from} where ${name(score.of)} is not null group by 1
    ),
    ranked as ( -- how many are as bad or worse
      select held, many, (sum(many) over (order by held ${worstFirst}))::bigint as upto, (sum(many) over ())::bigint as n from counted
    ),
    scored as ( -- the average rank of equals is upto - (many - 1) / 2; twice that keeps it whole
      select held, (${k} * (2 * upto - many + 1) + 2 * n - 1) // (2 * n) as score from ranked
    )
    select score, ${raw(score.better === "higher" ? "max" : "min")}(held)::varchar as edge from scored group by 1 order by 1`;
}

/** From the last value of each score to k − 1 edges; a value past edge s has a score above s. */
export function edgesOf(rows: readonly { score: number; edge: string }[], bands: number, better: "higher" | "lower"): string[] {
  const none = better === "higher" ? "-inf" : "inf";
  const edges: string[] = [];
  for (let band = 1; band < bands; band++) edges.push(rows.find((row) => row.score === band)?.edge ?? edges.at(-1) ?? none);
  return edges;
}

const canonical = (record: Record<string, unknown>): [string, unknown][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The id is the hash of the content: the same numbers are the same calibration. */
export function calibrationId(content: Omit<Calibration, "id">): string {
  return createHash("sha256").update(JSON.stringify([canonical(content.bands), canonical(content.means)])).digest("hex").slice(0, 16);
}

/** Fit the quantile edges layer by layer, then the means, over a relation with everyone's measures. */
export async function calibrate(session: Session, plan: Plan, measured: Sql): Promise<Calibration> {
  const content: Omit<Calibration, "id"> = { bands: {}, means: {} };
  const soFar = (): Calibration => ({ id: "", ...content });
  const layers = layersOf(plan);
  const withIds = plan.scores.some((score) => score.form === "quantiles" && score.ties === "ntile") ? sql`(select m.*, public_id from ${measured} as m join profile using (customer_id))` : measured;
  for (const [depth, layer] of layers.entries()) {
    const from = scoredSql(plan, withIds, layers.slice(0, depth), soFar());
    for (const score of layer) {
      if (score.form !== "quantiles" || score.ties !== "ranked") continue;
      const rows = await session.all<{ score: number; edge: string }>(edgesSql(score, from));
      content.bands[score.name] = edgesOf(rows, score.bands, score.better);
    }
  }
  for (const of of plan.means) {
    const from = scoredSql(plan, withIds, layers, soFar());
    // The sum is exact; the quotient of two exact numbers is the nearest double, and its shortest text reads back the same.
    const row = await session.first<{ total: string; n: number }>(sql`select sum(${name(of)})::varchar as total, count(${name(of)}) as n from ${from}`);
    content.means[of] = row === undefined || row.n === 0 ? "0" : String(Number(row.total) / row.n);
  }
  return { id: calibrationId(content), ...content };
}

/** Does a calibration fit the model: a number for every band and mean it needs? */
export function fits(plan: Plan, calibration: Calibration): boolean {
  const bands = plan.scores.every((score) => score.form !== "quantiles" || score.ties === "ntile" || calibration.bands[score.name]?.length === score.bands - 1);
  return bands && plan.means.every((of) => of in calibration.means);
}
