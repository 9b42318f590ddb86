import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../platform/problem.js";
import { join, name, type Reader, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { naturalBreaks } from "../statistics/index.js";
import { calibrate, fits } from "./calibrate.js";
import { checkModel } from "./check.js";
import { figureNames, gradedSql } from "./compile.js";
import { type InForce, standingInForce } from "./inforce.js";
import { advanceOf, countsOf, leavingNothing, type Making, makeStanding } from "./making.js";
import { ruleOf, saysOther } from "./meaning.js";
import { needsCalibration, type Plan } from "./plan.js";
import { type MatrixCell, matrixOf, matrixSql } from "./queries/change.js";
import { binsSql, spreadSql } from "./queries/distribution.js";
import { beginning } from "./run.js";
import { advances } from "./schedule.js";
import type { Calibration, Distribution, ModelCounts } from "./schema.js";
import { standingTable, UNKEPT } from "./standing.js";
import * as store from "./store.js";

function rulesOf(plan: Plan, of: string): string {
  const measure = plan.measures.find((one) => one.name === of);
  return measure === undefined ? "" : JSON.stringify(ruleOf(measure));
}

/** The measures of a text that the last run did not take, or took otherwise. */
const measuresMissing = (asked: Plan, run: Plan): string[] =>
  asked.measures.map((one) => one.name).filter((of) => asked.subject !== run.subject || rulesOf(asked, of) !== rulesOf(run, of));

async function calibrationFor(workspace: Workspace, reader: Reader, plan: Plan, lastId: string | null, measured: Sql): Promise<Calibration | null> {
  if (!needsCalibration(plan)) return null;
  const last = lastId === null ? undefined : await atomically(workspace.postgres, "all", (tx) => store.calibrationById(tx, lastId));
  const kept = plan.calibrate !== "every_run" && last !== undefined && fits(plan, last);
  return kept ? last : calibrate(reader, plan, measured, last?.fits ?? {});
}

/** Nothing is decided but by the grade: no stability, and nobody's word over it. */
async function countGrades(reader: Reader, { run, standing }: InForce, plan: Plan, graded: Sql): Promise<ModelCounts> {
  const cells = await reader.all<MatrixCell>(
    sql`select held.tier::varchar as "from", graded.grade::varchar as "to", count(*) as customers
    from ${graded} as graded join ${standing} as held using (customer_id) group by 1, 2 order by 1, 2`,
  );
  const after = Object.fromEntries(plan.tiers.map(({ id }) => [id, 0]));
  for (const { to, customers } of cells) after[to] = (after[to] ?? 0) + customers;
  const moved = cells.reduce((sum, { from, to, customers }) => sum + (from === to ? 0 : customers), 0);
  return { model: plan.model, as_of: run.as_of, customers: run.customers, before: run.tiers, after, moved, first_graded: 0, matrix: matrixOf(cells) };
}

/**
 * Customers of every tier by a text that is being written. The measures are those of the last run, so that nothing is read
 * of the facts: a text that takes others has to be previewed.
 */
export async function countsFor(workspace: Workspace, text: string): Promise<ModelCounts> {
  const { written: plan, problems } = checkModel(text); // examples are mended last
  if (plan === undefined) throw new ProblemError(problems);
  const inForce = await standingInForce(workspace, plan.model);
  const { run: last, standing } = inForce;
  const missing = measuresMissing(plan, inForce.plan);
  if (missing.length > 0)
    refuse(
      "tiering.not_measured",
      { zh: `上次运行没有这样计算过：${missing.join("、")}`, en: `The last run did not measure this: ${missing.join(", ")}` },
      { status: 409, place: { path: "measures" }, hint: { zh: "请运行预览", en: "Run a preview instead." } },
    );
  const { keys, lastAdvanced, overrides } = await beginning(workspace, plan.model);
  const measured = sql`(select customer_id, ${join(plan.measures.map((one) => name(one.name)))} from ${standing})`;
  const codes = [...new Set([...keys.keys(), ...plan.tiers.map(({ id }) => id)])];
  const calibration = await calibrationFor(workspace, workspace.warehouse, plan, last.calibration, measured);
  const graded = sql`(${gradedSql(plan, { measured, calibration, codes })})`;
  const counts = advances(plan.schedule, lastAdvanced, last.as_of);
  const advanced = counts || (await saysOther(workspace, plan, last));
  if (plan.stability === null && advanced && overrides.rows.length === 0) return countGrades(workspace.warehouse, inForce, plan, graded);
  const table = standingTable("reading", plan.model, UNKEPT);
  return workspace.warehouse.write((session) =>
    leavingNothing(session, plan, table, async () => {
      const advance = advanceOf(plan, standing, advanced);
      const making: Making = { as_of: last.as_of, graded, calibration, codes, held: standing, advance, counts, overrides: overrides.rows, before: "held" };
      await makeStanding(session, plan, table, making);
      const counted = await countsOf(session, plan, table, last.as_of, null);
      const matrix = matrixOf(await session.all<MatrixCell>(matrixSql(table)));
      await session.run(sql`drop table ${name(table)}`);
      const { customers, tiers, moved, first_graded } = counted;
      return { model: plan.model, as_of: last.as_of, customers, before: last.tiers, after: tiers, moved, first_graded, matrix };
    }),
  );
}

const BINS = 60;
/** Values are told apart as finely as this when breaks are sought: so few part in some 10 ms, and need no thread. */
const FINE = 2000;

interface Spread {
  customers: number;
  without: number;
  least: number | null;
  most: number | null;
  quarter: number | null;
  half: number | null;
  low: number | null;
  high: number | null;
}

/** Linear, unless a few have many times what most have: then bent, so that both can be seen. */
function scaleOf({ least, most, quarter, half, low, high }: Spread): Distribution["scale"] {
  if (least === null || most === null || least === most) return { from: least ?? 0, to: (most ?? 0) + 1, bend: null };
  if (least >= 0 && most > 20 * Math.max(half ?? 0, 1)) return { from: least, to: most, bend: Math.max(1, quarter ?? 1) };
  const [from, to] = [low ?? least, high ?? most];
  return from < to ? { from, to, bend: null } : { from: least, to: most, bend: null };
}

/** Two figures say enough of a suggestion. */
const rounded = (value: number): number => Number(value.toPrecision(2));

/** How a measure or score of the model's last run lies, and where `classes` classes of it would part. */
export async function distributionOf(workspace: Workspace, model: string, figure: string, classes: number): Promise<Distribution> {
  const { run, plan, standing } = await standingInForce(workspace, model);
  const numbers = figureNames(plan).filter((one) => plan.measures.find((measure) => measure.name === one)?.kind !== "text");
  if (!numbers.includes(figure))
    refuse(
      "tiering.unknown_name",
      { zh: `没有名为 ${figure} 的数值指标或评分`, en: `There is no number named ${figure}` },
      { place: { path: "name" }, hint: { zh: `可用：${numbers.join("、")}`, en: `There are: ${numbers.join(", ")}` } },
    );
  const reader = workspace.warehouse;
  const spread = await reader.first<Spread>(spreadSql(standing, figure));
  if (spread === undefined) throw new Error("a count has a row");
  const scale = scaleOf(spread);
  const fine = await reader.all<{ place: number; customers: number; middle: number }>(binsSql(standing, figure, scale, FINE));
  const bins = Array.from({ length: BINS }, () => 0);
  for (const { place, customers } of fine) {
    const bin = Math.floor((place * BINS) / FINE);
    bins[bin] = (bins[bin] ?? 0) + customers;
  }
  const values = fine.map(({ middle }) => middle);
  // parted as they look on the scale: a few very large values would have all the classes for themselves
  const { from, bend } = scale;
  const asSeen = bend === null ? values : values.map((value) => Math.log(1 + (value - from) / bend));
  const { ends } = naturalBreaks({ values: asSeen, counts: fine.map(({ customers }) => customers) }, classes);
  // a class ends at a value: the threshold is the first of the next
  const suggested = [...new Set(ends.flatMap((end) => (values[end + 1] === undefined ? [] : [rounded(values[end + 1] ?? 0)])))];
  const { customers, without } = spread;
  return { model, name: figure, as_of: run.as_of, customers, without, scale, bins, suggested };
}
