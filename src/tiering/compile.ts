import { type Expression, toSql } from "../platform/expression/index.js";
import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { type Cte, isAsked, isKnown, type Moment, withCtes } from "./cte.js";
import { LARGEST_FORMULA, meanOf } from "./grade.js";
import { withMeanNames } from "./lower.js";
import { measurePasses } from "./passes.js";
import { type BandedScore, type CoreScore, isOrdered, madeOf, meanName, type Plan, typeOf } from "./plan.js";
import type { Calibration } from "./schema.js";

export function populationCte(plan: Plan, moment: Moment): Cte {
  const recorded = moment.known === null ? sql`` : sql` and sighting.recorded_at < ${moment.known}::timestamp`;
  const seen = sql`sighting.first_on <= ${moment.asOf}::date${recorded}${isAsked(moment, "sighting")}`;
  const everyone = moment.merged
    ? sql`select distinct coalesce(merged.customer_id, sighting.party_id) as customer_id from sighting
    left join merged on merged.party_id = sighting.party_id and ${isKnown(moment, "merged")} where ${seen}`
    : sql`select distinct party_id as customer_id from sighting where ${seen}`;
  const kinds = kindsKnown(moment);
  const customers = sql`select customer_id from (${everyone}) anti join (select customer_id from ${kinds} where kind = ${"manager"}) managers using (customer_id)`;
  const body =
    plan.subject === null
      ? customers
      : sql`select customer_id from (${everyone}) left join ${kinds} as kinds using (customer_id) where coalesce(kinds.kind, ${"person"}) = ${plan.subject}`;
  return { name: "population", about: "who existed on the day", body };
}

/** Everyone's kind: as the profiles have it now, or as the sources had told it by then. */
function kindsKnown(moment: Moment): Sql {
  if (moment.known === null) return sql`profile`;
  const told = sql`arg_max(f.kind, (f.recorded_at, f.rowid)) filter (f.kind is not null) as kind`;
  return moment.merged
    ? sql`(select coalesce(merged.customer_id, f.party_id) as customer_id, ${told} from customer as f
    left join merged on merged.party_id = f.party_id and ${isKnown(moment, "merged")} where ${isKnown(moment, "f")} group by 1)`
    : sql`(select f.party_id as customer_id, ${told} from customer as f where ${isKnown(moment, "f")} group by 1)`;
}

/** One row per customer with every measure of the model, in the model's order. */
export function measuresSql(plan: Plan, moment: Moment): Sql {
  const { ctes, columns, sources } = measurePasses(plan, moment);
  const joins = join(
    sources.map((source) => sql`left join ${name(source)} using (customer_id)`),
    "\n",
  );
  return withCtes([populationCte(plan, moment), ...ctes], sql`select population.customer_id, ${join(columns, ",\n  ")}\nfrom population\n${joins}`);
}

function bandsSql(score: BandedScore, edges: readonly string[], type: string): Sql {
  const value = name(score.of);
  const beats = score.form === "edges" ? (score.better === "higher" ? ">=" : "<=") : score.better === "higher" ? ">" : "<";
  const passed = edges.map((edge) => (edge.endsWith("inf") ? raw("1") : sql`(${value} ${raw(beats)} ${edge}::${raw(type)})::integer`));
  return sql`case when ${value} is null then ${missing(score)} else ${join([raw("1"), ...passed], " + ")} end`;
}

const missing = (score: { missing: number | null }): Sql => (score.missing === null ? raw("null") : sql`${score.missing}`);

function ntileSql(score: CoreScore & { form: "quantiles" }): Sql {
  const value = name(score.of);
  const worstFirst = raw(score.better === "higher" ? "asc" : "desc");
  return sql`case when ${value} is null then ${missing(score)}
    else ntile(${score.bands}) over (partition by ${value} is null order by ${value} ${worstFirst}, public_id) end`;
}

/** Six decimals, as `formulaValue` rounds them; beyond a thousand billions there is no number. */
function formulaSql(score: CoreScore & { form: "formula" }): Sql {
  const value = sql`(${toSql(score.formula, name)})::double`;
  const rounded = sql`(round(list_filter([${value}], lambda v: abs(v) < ${LARGEST_FORMULA})[1] * 1e6) / 1e6)::decimal(28,6)`;
  return score.missing === null ? rounded : sql`coalesce(${rounded}, ${missing(score)})`;
}

function scoreSql(plan: Plan, score: CoreScore, calibration: Calibration | null): Sql {
  switch (score.form) {
    case "weighted": {
      const parts = score.weights.map(({ of, weight }) => weightedPart(typeOf(plan, of), name(of), weight));
      return sql`(${join(parts, " + ")})::${raw(typeOf(plan, score.name))}`;
    }
    case "edges": {
      const type = edgeType(typeOf(plan, score.of), score.edges);
      return sql`(${bandsSql(
        score,
        score.edges.map((edge) => (type === "bigint" ? edge.toFixed(0) : edge.toFixed(6))),
        type,
      )})::integer`;
    }
    case "formula":
      return sql`(${formulaSql(score)})::${raw(typeOf(plan, score.name))}`;
    case "quantiles":
    case "breaks": {
      if (isOrdered(score)) return sql`(${ntileSql(score)})::integer`;
      const edges = calibration?.bands[score.name];
      if (edges === undefined) throw new Error(`score ${score.name} is not calibrated`);
      return sql`(${bandsSql(score, edges, typeOf(plan, score.of))})::integer`;
    }
  }
}

type FigureType = ReturnType<typeof typeOf>;

/** Fixed edges in the type of the figure where that is exact, so that a million comparisons need no conversion. */
function edgeType(type: FigureType, edges: readonly number[]): "bigint" | "decimal(18,4)" | "decimal(28,6)" {
  if ((type === "integer" || type === "bigint") && edges.every((edge) => Number.isSafeInteger(edge))) return "bigint";
  return type === "decimal(18,4)" && edges.every((edge) => Number.isSafeInteger(edge * 10_000)) ? type : "decimal(28,6)";
}

/**
 * Each part has six decimals before the sum, so that the contributions shown add up to the score. A band's number times
 * a weight has them anyway and fits a machine word; rounding 128-bit decimals costs fifty times as much.
 */
const weightedPart = (type: FigureType, value: Sql, weight: string): Sql =>
  type === "integer"
    ? sql`(${value}::decimal(8,0) * ${weight}::decimal(10,6))`
    : sql`round(${value}::decimal(28,6) * ${weight}::decimal(10,6), 6)::decimal(28,6)`;

/** Scores in layers: those of a layer are made of measures and of scores of the layers below. */
export function layersOf(plan: Plan): CoreScore[][] {
  const layers: CoreScore[][] = [];
  const depth = new Map<string, number>();
  for (const score of plan.inOrder) {
    const own = Math.max(0, ...madeOf(score).map((of) => (depth.get(of) ?? -1) + 1));
    depth.set(score.name, own);
    layers[own] = [...(layers[own] ?? []), score];
  }
  return layers;
}

/** `from` (a relation with the measures and, for ntile, public_id) with the scores of these layers beside them. */
export function scoredSql(plan: Plan, from: Sql, layers: readonly (readonly CoreScore[])[], calibration: Calibration | null): Sql {
  return layers.reduce(
    (below, layer) => sql`(select *, ${join(layer.map((score) => sql`${scoreSql(plan, score, calibration)} as ${name(score.name)}`))} from ${below})`,
    from,
  );
}

/** These figures and every score made of them, through others too. */
export function withScoresOf(plan: Plan, figures: readonly string[]): Set<string> {
  const made = new Set(figures);
  for (const score of plan.inOrder) if (madeOf(score).some((one) => made.has(one))) made.add(score.name);
  return made;
}

/** `from` (a relation with the measures and all other scores) with those scores beside them that are among these figures. */
export const rescoredSql = (plan: Plan, from: Sql, figures: ReadonlySet<string>, calibration: Calibration | null): Sql =>
  scoredSql(
    plan,
    from,
    layersOf(plan)
      .map((layer) => layer.filter((score) => figures.has(score.name)))
      .filter((layer) => layer.length > 0),
    calibration,
  );

/** A condition over measures, scores and their calibrated means. */
export function conditionSql(plan: Plan, calibration: Calibration | null, when: Expression, column: (figure: string) => Sql = name): Sql {
  const means = new Map(plan.means.map((of) => [meanName(of), meanOf(plan, calibration, of)]));
  return toSql(withMeanNames(when), (one) => {
    const mean = means.get(one);
    return mean === undefined ? column(one) : sql`${mean}::double`;
  });
}

/** The number of the clause that decides, as `decidingClause` finds it for one customer. */
export function clauseSql(plan: Plan, calibration: Calibration | null): Sql {
  const branches = plan.clauses.flatMap(({ when }, i) => (when === null ? [] : [sql`when ${conditionSql(plan, calibration, when)} then ${raw(String(i))}`]));
  const last = raw(String(plan.clauses.length - 1));
  return branches.length === 0 ? sql`${last}::smallint` : sql`(case ${join(branches, "\n    ")} else ${last} end)::smallint`;
}

/** Tiers are held as one byte each: a word per customer and column costs as much as all the rest of writing them. */
export function tierType(codes: readonly string[]): Sql {
  if (!codes.every((code) => /^[a-z][a-z0-9_]*$/.test(code))) throw new Error("a tier's id is a plain word");
  return raw(`enum(${codes.map((code) => `'${code}'`).join(", ")})`);
}

/** The tier a clause belongs to. */
function tierSql(plan: Plan, clause: Sql, type: Sql): Sql {
  const branches = plan.clauses.map(({ tier }, i) => sql`when ${raw(String(i))} then ${raw(`'${plan.tiers[tier]?.id ?? ""}'`)}::${type}`);
  return sql`(case ${clause} ${join(branches, " ")} end)`;
}

/** Does a customer's condition for the tier they hold stand when it is eased by the model's margin? */
export function keepsSql(plan: Plan, calibration: Calibration | null, held: Sql, column: (figure: string) => Sql): Sql {
  if (plan.stability === null || plan.stability.margin === 0) return raw("false");
  const branches = plan.tiers.flatMap(({ id, keep }) =>
    keep === null ? [] : [sql`when ${raw(`'${id}'`)} then coalesce(${conditionSql(plan, calibration, keep, column)}, false)`],
  );
  return branches.length === 0 ? raw("false") : sql`(case ${held}::varchar ${join(branches, " ")} else false end)`;
}

/** Figures of the model in its order. */
export const figureNames = (plan: Plan): string[] => [...plan.measures, ...plan.scores].map((one) => one.name);

export interface Grading {
  /** Relation with the measures of everyone. */
  measured: Sql;
  calibration: Calibration | null;
  /** Every tier the model ever had: those held before may be of an older version. */
  codes: readonly string[];
}

/** The grade of everyone: figures, the deciding clause, and its tier. */
export function gradedSql(plan: Plan, { measured, calibration, codes }: Grading): Sql {
  const usesOrder = plan.scores.some(isOrdered);
  const from = usesOrder ? sql`(select measured.*, public_id from ${measured} as measured join party on party.party_id = measured.customer_id)` : measured;
  const figures = join(figureNames(plan).map((figure) => name(figure)));
  const ctes: Cte[] = [
    { name: "scored", about: "measures and scores", body: sql`select * from ${scoredSql(plan, from, layersOf(plan), calibration)}` },
    { name: "decided", about: "the first clause that holds", body: sql`select *, ${clauseSql(plan, calibration)} as clause from scored` },
  ];
  return withCtes(ctes, sql`select customer_id, ${figures}, clause, ${tierSql(plan, sql`clause`, tierType(codes))} as grade from decided`);
}
