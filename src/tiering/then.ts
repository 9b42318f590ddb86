import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import { name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { phaseType } from "./advance.js";
import { tierType } from "./compile.js";
import type { RunRecord } from "./schema.js";
import { overridesKnown } from "./store/overrides.js";
import * as store from "./store.js";

/** A moment of knowing: what was recorded before it is known. */
export interface Known {
  /** UTC, not included. */
  before: string;
  /** The day it lies in, in the workspace's zone. */
  day: string;
}

function refuseToCome(text: string, path: "as_of" | "known_at"): never {
  refuse(
    "tiering.moment_to_come",
    { zh: `${text} 还没有到`, en: `${text} has not come yet` },
    { place: { path }, hint: { zh: "选择今天或更早的日期或时刻", en: "Choose today, or an earlier day or moment" } },
  );
}

/** A tier is what the facts of a day say: of a day to come there are none, and a run as of it would leave no day before it to decide. */
export function refuseDayToCome(workspace: Workspace, day: string, path: "as_of" | "known_at"): void {
  if (day > todayIn(workspace.settings.zone, new Date())) refuseToCome(day, path);
}

/** 'YYYY-MM-DD' through its end in the workspace's zone, or a moment with its offset. */
export async function knownAt(workspace: Workspace, text: string): Promise<Known> {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  // what is known at a moment to come is not known yet; through the end of today what is known now
  if (isDay) refuseDayToCome(workspace, text, "known_at");
  else if (!(Date.parse(text) <= Date.now())) refuseToCome(text, "known_at");
  const moment = isDay ? sql`(${text}::date + 1)::timestamp::timestamptz` : sql`(${text}::timestamptz + interval 1 microsecond)`;
  const row = await workspace.warehouse.first<{ before: string }>(sql`select (${moment} at time zone 'UTC')::varchar as before`);
  if (row === undefined) throw new Error("the engine tells no time");
  return { before: row.before, day: isDay ? text : todayIn(workspace.settings.zone, new Date(text)) };
}

/** What a run of a past day begins with: everything as it was before that day, as known at a moment (null: now). */
export async function beginningThen(workspace: Workspace, version: store.VersionRow, as_of: string, known: Known | null) {
  const { model } = version;
  const moment = known?.before ?? null;
  return atomically(workspace.postgres, "all", async (tx) => {
    const [before] = await store.runsBy(tx, model, { as_of, or_on: false, known: moment });
    const [on] = await store.runsBy(tx, model, { as_of, or_on: true, known: moment });
    const [advanced] = await store.runsBy(tx, model, { as_of, or_on: false, known: moment, advanced: true });
    return {
      version: moment === null ? version : ((await store.versionKnown(tx, model, moment)) ?? version),
      run: await store.nextRunNumber(tx),
      keys: await store.tierKeys(tx, model),
      before,
      on,
      lastAdvanced: advanced?.as_of ?? null,
      overrides: await overridesKnown(tx, model, as_of, known),
    };
  });
}

const AT_ONCE = 50_000;

/** Who held what when a run was done, out of the ledger into a temporary table. `keys`: of every tier the model ever had. */
export async function heldAtRun(workspace: Workspace, session: Session, run: RunRecord, keys: ReadonlyMap<string, number>, table: string): Promise<Sql> {
  const type = tierType([...keys.keys()]);
  await session.run(sql`create or replace temp table ${name(table)} (customer_id integer, tier ${type}, before ${type}, computed ${type}, since date,
  phase ${phaseType}, phase_since date, phase_tier ${type}, phase_times smallint)`);
  const codes = new Map([...keys].map(([code, key]) => [key, code]));
  const code = (key: number | null): string | null => (key === null ? null : (codes.get(key) ?? null));
  const last = await atomically(workspace.postgres, "all", (tx) => store.lastCustomer(tx));
  for (let from = 0; from <= last; from += AT_ONCE) {
    const rows = await atomically(workspace.postgres, "all", (tx) => store.heldAt(tx, run, from, from + AT_ONCE));
    await session.append(
      table,
      rows.map((row) => {
        const tier = code(row.to_tier);
        const phase = [row.phase ?? "stable", row.phase_since, code(row.phase_tier), row.phase_times ?? 0];
        return [row.customer_id, tier, code(row.from_tier), row.computed === null ? tier : code(row.computed), row.since, ...phase];
      }),
    );
  }
  return name(table);
}
