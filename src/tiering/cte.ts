import { join, name, raw, type Sql, sql } from "../platform/warehouse/index.js";

/** The day a run speaks of, and how it reads the facts. */
export interface Moment {
  asOf: string;
  /** Some parties are merged into others; else a party is its customer and a join is saved. */
  merged: boolean;
  /** Only what was recorded before this moment (UTC) is known, and what was retracted since still is; null: what is known now. */
  known: string | null;
  /** Of everybody, or only of the parties in the temporary table `changed_party`. */
  only: boolean;
}

/**
 * Is a row of one whom the run is about? `of` is its relation. All of `changed_party` are `asked`: only for a side that is filtered does
 * the engine make a Bloom filter, which spares it most columns of most rows (of 20 million rows 0.25 s instead of 0.4).
 */
export const isAsked = ({ only }: Pick<Moment, "only">, of: string): Sql =>
  only ? sql` and ${raw(of)}.party_id in (select party_id from changed_party where asked)` : sql``;

/** Is a recorded row known at the moment? `of` is its relation. */
export const isKnown = ({ known }: Pick<Moment, "known">, of: string): Sql =>
  known === null
    ? sql`${raw(of)}.retracted_at is null`
    : sql`${raw(of)}.recorded_at < ${known}::timestamp and (${raw(of)}.retracted_at is null or ${raw(of)}.retracted_at >= ${known}::timestamp)`;

/** `with a as (…), b as (…)`, each with the comment that names its idea. */
export interface Cte {
  name: string;
  about: string;
  body: Sql;
}

export const withCtes = (ctes: readonly Cte[], then: Sql): Sql =>
  sql`with ${join(
    ctes.map((cte) => sql`${name(cte.name)} as ( -- ${raw(cte.about)}\n${cte.body}\n)`),
    ",\n",
  )}\n${then}`;
