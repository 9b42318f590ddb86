import { createHash } from "node:crypto";
import { join, name, type Reader, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { layersOf, scoredSql } from "./compile.js";
import { fitsNeeded } from "./fitted/sources.js";
import { parted } from "./parted.js";
import { type CoreMeasure, type CoreScore, type FittedScore, isFitted, isOrdered, madeOf, type Plan } from "./plan.js";
import type { Calibration } from "./schema.js";

interface Edge {
  /** The value at the rank where the band would end if no values were equal. */
  at: string;
  /** How many are worse than that value, and how many equal it. */
  worse: number;
  equal: number;
  /** The next worse value. */
  below: string | null;
}

/**
 * The edges between ranked bands: score = ceil(k · average rank / n), ranked from worst to best, equal values as one.
 * Band s ends with the last value whose average rank is at most s·n/k. That is the value at rank p = ⌊s·n/k⌋ or, when
 * the ties around p reach too far up, the next worse one: so selecting k − 1 ranks does instead of sorting everyone.
 */
async function rankEdges(reader: Reader, score: CoreScore & { form: "quantiles" }, from: Sql): Promise<string[]> {
  const value = name(score.of);
  const higher = score.better === "higher";
  const { n } = (await reader.first<{ n: number }>(sql`select count(${value}) as n from ${from}`)) ?? { n: 0 };
  const ends = Array.from({ length: score.bands - 1 }, (_, i) => Math.floor(((i + 1) * n) / score.bands));
  const ranks = [...new Set(ends.filter((end) => end > 0))];
  const found =
    ranks.length === 0
      ? []
      : await reader.all<Edge>(
          edgesSql(
            score,
            from,
            ranks.map((rank) => ((higher ? rank : n + 1 - rank) - 0.5) / n),
          ),
        );
  const atRank = new Map(ranks.map((rank, i) => [rank, checked(found[i], rank)]));
  return ends.map((end, i) => {
    const edge = atRank.get(end);
    if (edge === undefined) return higher ? "-inf" : "inf";
    const twiceAverageRank = 2 * edge.worse + edge.equal + 1;
    if (score.bands * twiceAverageRank <= 2 * (i + 1) * n) return edge.at;
    return edge.below ?? (higher ? "-inf" : "inf");
  });
}

/** The values at some ranks (as fractions, lowest value first), each with its ties and its neighbour. */
function edgesSql(score: CoreScore & { form: "quantiles" }, from: Sql, fractions: readonly number[]): Sql {
  const value = name(score.of);
  const held = sql`everyone.${value}`; // a measure may be called "at"
  const worse = raw(score.better === "higher" ? "<" : ">");
  return sql`
    with found as ( -- the values at the ranks
      select quantile_disc(${value}, [${join(fractions.map((fraction) => sql`${fraction}::double`))}]) as edges from ${from}
    ),
    edge as (select unnest(edges) as at, generate_subscripts(edges, 1) as place from found)
    select edge.at::varchar as at, count(*) filter (where ${held} ${worse} edge.at) as worse, count(*) filter (where ${held} = edge.at) as equal,
      ${raw(score.better === "higher" ? "max" : "min")}(${held}) filter (where ${held} ${worse} edge.at)::varchar as below
    from edge, ${from} as everyone group by edge.place, edge.at order by edge.place`;
}

/**
 * The edges where the values part: the last value of each class but the last, seen from the worst. The different values
 * are read in order, as numbers: a class ends at one of them, whose exact text is asked for by its place.
 */
async function breakEdges(reader: Reader, score: CoreScore & { form: "breaks" }, from: Sql): Promise<string[]> {
  const value = name(score.of);
  const held = sql`(select ${value} as edge, count(*) as n from ${from} where ${value} is not null group by 1)`;
  const counted = sql`select held.edge::double as edge, n::double as n from ${held} as held order by held.edge`;
  const [values = new Float64Array(), counts = new Float64Array()] = await reader.numbers(counted);
  const { ends } = await parted({ values, counts }, score.bands, score.elbow);
  const higher = score.better === "higher";
  const places = ends.map((end) => (higher ? end : end + 1));
  if (places.length === 0) return [];
  const placed = sql`select edge::varchar as edge from (select edge, row_number() over (order by edge) - 1 as place from ${held})
    where place in (${join(places.map((place) => sql`${place}`))}) order by place ${raw(higher ? "asc" : "desc")}`;
  return (await reader.all<{ edge: string }>(placed)).map((row) => row.edge);
}

/** The engine picked the rank that was asked for, or a band would silently end elsewhere. */
function checked(edge: Edge | undefined, rank: number): Edge {
  if (edge === undefined || rank <= edge.worse || rank > edge.worse + edge.equal) throw new Error(`rank ${rank} was asked, ${JSON.stringify(edge)} was given`);
  return edge;
}

const canonical = (record: Record<string, unknown>): [string, unknown][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The id is the hash of the content: the same numbers are the same calibration. */
export function calibrationId(content: Omit<Calibration, "id">): string {
  const fits = canonical(content.fits);
  return createHash("sha256")
    .update(JSON.stringify([...[content.bands, content.means, content.definitions].map(canonical), ...(fits.length === 0 ? [] : [fits])]))
    .digest("hex")
    .slice(0, 16);
}

/** Everything a figure's values depend on: the score or measure without its words, and what it is made of, down to the facts. */
function definitionOf(plan: Plan, figure: string): unknown {
  const score = plan.scores.find((one) => one.name === figure);
  if (score !== undefined) {
    const { title: _, ...rules } = score;
    return [canonical(rules), madeOf(score).map((of) => definitionOf(plan, of))];
  }
  const measure = plan.measures.find((one) => one.name === figure);
  if (measure === undefined) throw new Error(`${plan.model} has no ${figure}`);
  return canonical(rulesOf(measure));
}

/** A measure without its words. Those of before any measure foretold had nothing to say of it. */
function rulesOf({ title: _, unit: __, foretold, ...rules }: CoreMeasure): Record<string, unknown> {
  return foretold === null ? rules : { ...rules, foretold };
}

/** What each fitted number belongs to: the same name may mean another measure in the next version. */
function definitionsOf(plan: Plan): Record<string, string> {
  const hash = (figure: string): string =>
    createHash("sha256")
      .update(JSON.stringify([plan.subject, definitionOf(plan, figure)]))
      .digest("hex")
      .slice(0, 16);
  return Object.fromEntries([...fittedScores(plan).map((score) => score.name), ...plan.means].map((figure) => [figure, hash(figure)]));
}

const fittedScores = (plan: Plan): FittedScore[] => plan.scores.filter(isFitted);

/** Fit the edges layer by layer, then the means, over a relation with everyone's measures, some of which may be foretold by `fits`. */
export async function calibrate(reader: Reader, plan: Plan, measured: Sql, fits: Calibration["fits"]): Promise<Calibration> {
  const content: Omit<Calibration, "id"> = { bands: {}, means: {}, fits, definitions: definitionsOf(plan) };
  const soFar = (): Calibration => ({ id: "", ...content });
  const layers = layersOf(plan);
  const withIds = plan.scores.some(isOrdered) ? sql`(select m.*, public_id from ${measured} as m join party on party.party_id = m.customer_id)` : measured;
  for (const [depth, layer] of layers.entries()) {
    const from = scoredSql(plan, withIds, layers.slice(0, depth), soFar());
    for (const score of layer) {
      if (!isFitted(score)) continue;
      content.bands[score.name] = score.form === "breaks" ? await breakEdges(reader, score, from) : await rankEdges(reader, score, from);
    }
  }
  for (const of of plan.means) {
    const from = scoredSql(plan, withIds, layers, soFar());
    // The sum is exact; the quotient of two exact numbers is the nearest double, and its shortest text reads back the same.
    const row = await reader.first<{ total: string; n: number }>(sql`select sum(${name(of)})::varchar as total, count(${name(of)}) as n from ${from}`);
    content.means[of] = row === undefined || row.n === 0 ? "0" : String(Number(row.total) / row.n);
  }
  return { id: calibrationId(content), ...content };
}

/** Does a calibration fit the model: a number for every band and mean it needs, found for the same measures? */
export function fits(plan: Plan, calibration: Calibration): boolean {
  const bands = fittedScores(plan).every((score) => {
    const edges = calibration.bands[score.name]?.length;
    return score.form === "breaks" ? edges !== undefined : edges === score.bands - 1;
  });
  const same = Object.entries(definitionsOf(plan)).every(([figure, definition]) => calibration.definitions[figure] === definition);
  return bands && same && plan.means.every((of) => of in calibration.means) && fitsNeeded(plan).every(({ key }) => key in calibration.fits);
}
