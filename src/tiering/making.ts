import { atomically } from "../platform/postgres/atomically.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import { name, type Reader, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { refuseBeforeFacts, refuseNobody } from "./absence.js";
import { type Advance, type Before, decideCases, standingSql, tellOverrides } from "./advance.js";
import { calibrate, fits } from "./calibrate.js";
import { gradedSql, measuresSql } from "./compile.js";
import { isKnown, type Moment } from "./cte.js";
import { foretellAll } from "./fitted/foretell.js";
import { isForetold, needsCalibration, type Plan, tablesRead } from "./plan.js";
import { advances } from "./schedule.js";
import type { Calibration, RunRecord, RunResult } from "./schema.js";
import * as store from "./store.js";

const steps = {
  measure: { zh: "计算指标", en: "Measuring" },
  calibrate: { zh: "校准分档", en: "Calibrating" },
} as const;

/** The day a run speaks of, and how the facts are read for it. */
export async function momentOf(reader: Reader, asOf: string, known: string | null, only = false): Promise<Moment> {
  const merges = await reader.first(sql`select 1 from merged where ${isKnown({ known }, "merged")} limit 1`);
  return { asOf, merged: merges !== undefined, known, only };
}

/** When something that grades depend on was last recorded or taken back, as ISO text: facts the model reads, who there is, whose they are. */
export async function newestFact(reader: Reader, plan: Plan, known: string | null = null): Promise<string | null> {
  const newest = (table: string, column: string): Sql =>
    sql`select max(${name(column)}) as moment from ${name(table)} where ${name(column)} is not null${known === null ? sql`` : sql` and ${name(column)} < ${known}::timestamp`}`;
  const moments = await Promise.all(
    tablesRead(plan).map((table) => {
      const told = table === "sighting" ? newest(table, "recorded_at") : sql`${newest(table, "recorded_at")} union all ${newest(table, "retracted_at")}`;
      return reader.first<{ newest: string | null }>(sql`select strftime(max(moment), '%Y-%m-%dT%H:%M:%S.%fZ') as newest from (${told})`);
    }),
  );
  return moments.map((one) => one?.newest ?? null).reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b), null);
}

/** Everyone's grade on a day: relation with figures, deciding clause and grade, and what it was made with. */
export interface Graded {
  graded: Sql;
  calibration: Calibration | null;
  /** As of which day it was fitted. */
  calibrated_on: string | null;
  data_as_of: string | null;
}

/** A calibration that is kept, and the day it was fitted as of. */
export interface Kept {
  id: string;
  on: string | null;
}

/** The calibration a run as of a day keeps of the one before; null: it calibrates anew. */
export function keptFrom({ calibrate }: Plan, last: Pick<RunRecord, "calibration" | "calibrated_on"> | undefined, asOf: string): Kept | null {
  if (last?.calibration == null || calibrate === "every_run") return null;
  const due = calibrate !== "when_asked" && advances(calibrate, last.calibrated_on, asOf);
  return due ? null : { id: last.calibration, on: last.calibrated_on };
}

export interface Grading {
  moment: Moment;
  /** Every tier the model ever had. */
  codes: readonly string[];
  /** Null: calibrate. */
  keep: Kept | null;
}

/** Measures of everyone, fitted numbers, grades. What is read more than once is left in temporary tables of the session. */
export async function gradedOn(workspace: Workspace, session: Session, plan: Plan, grading: Grading, report: OnProgress): Promise<Graded> {
  const { moment, codes, keep } = grading;
  await refuseBeforeFacts(session, moment);
  const fitted = needsCalibration(plan);
  const kept = fitted && keep !== null ? await atomically(workspace.postgres, "all", (tx) => store.calibrationById(tx, keep.id)) : undefined;
  const held = kept !== undefined && fits(plan, kept) ? kept : undefined;
  // what is foretold is a measure like others once it is fitted
  const foretold = plan.measures.some(isForetold) ? await foretellAll(session, plan, moment, held?.fits ?? null) : {};

  const measuring = stepProgress(report, steps.measure, "steps", 1);
  const measures = measuresSql(plan, moment);
  // Fitted bands read the measures several times; other models stream them straight into the standing.
  if (fitted) await session.run(sql`create or replace temp table measured as ${measures}`);
  measuring(1);
  const measured = fitted ? sql`measured` : sql`(${measures})`;

  const calibrating = stepProgress(report, steps.calibrate, "steps", 1);
  const calibration = fitted ? (held ?? (await calibrate(session, plan, measured, foretold))) : null;
  calibrating(1);

  const calibrated_on = calibration === null ? null : held === undefined ? moment.asOf : (keep?.on ?? null);
  const graded = sql`(${gradedSql(plan, { measured, calibration, codes })})`;
  return { graded, calibration, calibrated_on, data_as_of: await newestFact(session, plan, moment.known) };
}

/** A standing about to be made, of grades and of what was held before. */
export interface Making {
  as_of: string;
  graded: Sql;
  calibration: Calibration | null;
  codes: readonly string[];
  /** Relation of who held what before. */
  held: Sql | null;
  /** The same as it decides, where that is not what was held before: see `decidedFrom`. */
  from?: Sql | null | undefined;
  advance: Advance;
  /** The day is one of the model's schedule. */
  counts: boolean;
  overrides: readonly { customer_id: number; kind: string; tier: string }[];
  before: Before;
}

/** What becomes of the tiers held, when these are the ways of the model and of the day. */
export const advanceOf = (plan: Plan, held: Sql | null, advanced: boolean): Advance =>
  !advanced && held !== null ? "stand" : plan.stability !== null && held !== null ? "decide" : "follow";

/** Make the standing of everyone, as a table; `forNow`: one of the session's own. */
export async function makeStanding(session: Session, plan: Plan, table: string, making: Making, forNow = false): Promise<void> {
  const { as_of, calibration, codes, from, advance, counts, overrides, before } = making;
  const held = from ?? making.held;
  const overridden = overrides.length > 0;
  // Decisions read the grades twice; tiers that follow them stream straight into the standing.
  if (advance === "decide") await session.run(sql`create or replace temp table graded as select * from ${making.graded}`);
  const graded = advance === "decide" ? sql`graded` : making.graded;
  const standing = { graded, calibration, asOf: as_of, codes, held, advance, counts, overridden, before } as const;
  if (overridden) await tellOverrides(session, overrides);
  if (advance === "decide" && held !== null) await decideCases(session, plan, { ...standing, held });
  await session.run(sql`create ${raw(forNow ? "or replace temp table" : "table")} ${name(table)} as ${standingSql(plan, standing)}`);
}

/** What a standing comes to. */
export type Counted = Pick<RunResult, "customers" | "tiers" | "moved" | "first_graded">;

/** The same of a table of everybody. `held` is given where nothing but overrides is new: who moved differs from it. */
export async function countsOf(session: Session, plan: Plan, table: string, as_of: string, held: Sql | null): Promise<Counted> {
  const rows = await session.all<{ tier: string; customers: number }>(sql`select tier, count(*) as customers from ${name(table)} group by 1`);
  const each = new Map(rows.map((row) => [row.tier, row.customers]));
  const tiers = Object.fromEntries(plan.tiers.map(({ id }) => [id, each.get(id) ?? 0]));
  const customers = Object.values(tiers).reduce((sum, count) => sum + count, 0);
  if (customers === 0) refuseNobody(plan, as_of);
  const counted =
    held !== null
      ? sql`select count(*) filter (where held.tier::varchar <> standing.tier::varchar) as moved, 0 as first_graded from ${name(table)} as standing join ${held} as held using (customer_id)`
      : sql`select count(*) filter (where before <> tier) as moved, count(*) filter (where before is null) as first_graded from ${name(table)}`;
  const { moved, first_graded } = (await session.first<Pick<RunResult, "moved" | "first_graded">>(counted)) ?? { moved: 0, first_graded: 0 };
  return { customers, tiers, moved, first_graded };
}

/**
 * Do it, dropping the table it was making when it fails; once more with wider figures when they do not fit. What failed after
 * its run was `kept` stays: a commit may succeed and its answer be lost.
 */
export async function leavingNothing<T>(
  session: Session,
  plan: Plan,
  table: string,
  work: (plan: Plan) => Promise<T>,
  kept: () => Promise<boolean> = async () => false,
): Promise<T> {
  try {
    return await work(plan);
  } catch (error) {
    if (await kept()) throw error;
    await session.run(sql`drop table if exists ${name(table)}`).catch(() => undefined); // what is left is dropped at the next start
    if (!plan.wide && isTooLarge(error)) return leavingNothing(session, { ...plan, wide: true }, table, work, kept);
    throw error;
  }
}

/** Did a figure not fit its type? The engine says so before anything is written. */
const isTooLarge = (error: unknown): boolean => error instanceof Error && /out of range|overflow/i.test(error.message);
