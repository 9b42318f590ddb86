import { name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Phase } from "./schema.js";

interface Written {
  run: number;
  table: string;
  held: Sql | null;
  /** Somebody was or is on the way from one tier to another, so that phases are compared, too. */
  phases: boolean;
  /** Key of every tier the model ever had. */
  keys: ReadonlyMap<string, number>;
}

interface Change {
  customer_id: number;
  before: string | null;
  tier: string;
  clause: number;
  phase: Phase;
  phase_since: string | null;
  phase_tier: string | null;
  phase_times: number;
}

/** The changes of a run as COPY lines in customer order: tiers, and where customers are on the way from one to another. */
export async function* ledgerLines(session: Session, { run, table, held, phases, keys }: Written, report: (done: number) => void): AsyncGenerator<string> {
  const key = (tier: string | null): string => (tier === null ? "\\N" : String(keys.get(tier) ?? fail(tier)));
  let done = 0;
  const columns = sql`standing.customer_id, standing.before, standing.tier, standing.clause, standing.phase, standing.phase_since::varchar as phase_since, standing.phase_tier, standing.phase_times`;
  const moved = sql`standing.before is distinct from standing.tier`;
  const changes =
    held !== null && phases
      ? sql`select ${columns} from ${name(table)} as standing left join ${held} as held using (customer_id)
where ${moved} or standing.phase::varchar is distinct from held.phase::varchar or standing.phase_since is distinct from held.phase_since
  or standing.phase_tier::varchar is distinct from held.phase_tier::varchar or standing.phase_times is distinct from held.phase_times order by standing.customer_id`
      : sql`select ${columns} from ${name(table)} as standing where ${moved} order by standing.customer_id`;
  for await (const rows of session.chunks<Change>(changes)) {
    let lines = "";
    for (const { customer_id, before, tier, clause, phase, phase_since, phase_tier, phase_times } of rows) {
      const way = phase === "stable" ? "\\N\t\\N\t\\N\t\\N" : `${phase}\t${phase_since ?? "\\N"}\t${key(phase_tier)}\t${phase_times}`;
      lines += `${run}\t${customer_id}\t${key(before)}\t${key(tier)}\t${clause}\t${way}\n`;
    }
    done += rows.length;
    report(done);
    yield lines;
  }
  if (held === null) return;
  // Who was there and no longer is (merged into another, or another kind of subject) holds no tier from here on.
  const gone = sql`select held.customer_id, held.tier from ${held} as held anti join ${name(table)} as standing using (customer_id) order by held.customer_id`;
  for await (const rows of session.chunks<{ customer_id: number; tier: string }>(gone)) {
    yield rows.map(({ customer_id, tier }) => `${run}\t${customer_id}\t${key(tier)}${"\t\\N".repeat(6)}\n`).join("");
  }
}

function fail(tier: string): never {
  throw new Error(`the tier ${tier} has no key`);
}
