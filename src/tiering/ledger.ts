import { name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Plan } from "./plan.js";
import type { Phase } from "./schema.js";

export interface Written {
  run: number;
  table: string;
  held: Sql | null;
  /** Somebody is or was between two tiers or under an override, so that more than the grade is compared, and with what was held. */
  whole: boolean;
  /** Key of every tier the model ever had. */
  keys: ReadonlyMap<string, number>;
}

const NOTHING = "\\N";

/** The tier is that of the grade, and nothing more is to be told of it. */
const plain = sql`standing.phase = 'stable' and standing.tier = standing.grade and standing.computed = standing.grade`;

/** The rows of a standing that are others than before. */
function changed({ table, held, whole }: Written): { from: Sql; before: Sql } {
  if (held === null || !whole)
    return { from: sql`${name(table)} as standing where standing.before is distinct from standing.tier`, before: sql`standing.before` };
  const from = sql`${name(table)} as standing left join ${held} as held using (customer_id)
where (held.tier::varchar is distinct from standing.tier::varchar or standing.computed::varchar is distinct from held.computed::varchar or standing.phase::varchar is distinct from held.phase::varchar
  or standing.phase_since is distinct from held.phase_since or standing.phase_tier::varchar is distinct from held.phase_tier::varchar
  or standing.phase_times is distinct from held.phase_times)`;
  return { from, before: sql`held.tier` };
}

const keyIn =
  (keys: Written["keys"]) =>
  (tier: string | null): string =>
    tier === null ? NOTHING : String(keys.get(tier) ?? fail(tier));

/**
 * Who has the tier of their grade, and those who are gone, as COPY lines of run, customer, from, to, clause. Customers with
 * the same tier before and the same clause have the same ending: it is made once, for a first run writes millions of rows.
 */
export async function* plainLines(session: Session, plan: Plan, written: Written, report: (done: number) => void): AsyncGenerator<string> {
  const { run, table, held, keys } = written;
  const key = keyIn(keys);
  const endings = new Map<string, string>();
  const ending = (before: string | null, clause: number): string =>
    `\t${key(before)}\t${key(plan.tiers[plan.clauses[clause]?.tier ?? -1]?.id ?? null)}\t${clause}\n`;
  let done = 0;
  const { from, before } = changed(written);
  const rows = sql`select standing.customer_id, ${before} as before, standing.clause from ${from} and ${plain} order by standing.customer_id`;
  for await (const chunk of session.chunks<{ customer_id: number; before: string | null; clause: number }>(rows)) {
    let lines = "";
    for (const { customer_id, before, clause } of chunk) {
      const pair = `${clause} ${before ?? ""}`;
      const end = endings.get(pair) ?? ending(before, clause);
      endings.set(pair, end);
      lines += `${run}\t${customer_id}${end}`;
    }
    done += chunk.length;
    report(done);
    yield lines;
  }
  if (held === null) return;
  // Who was there and no longer is (merged into another, or another kind of subject) holds no tier from here on.
  const gone = sql`select held.customer_id, held.tier from ${held} as held anti join ${name(table)} as standing using (customer_id) order by held.customer_id`;
  for await (const chunk of session.chunks<{ customer_id: number; tier: string }>(gone))
    yield chunk.map(({ customer_id, tier }) => `${run}\t${customer_id}\t${key(tier)}\t${NOTHING}\t${NOTHING}\n`).join("");
}

interface Change {
  customer_id: number;
  before: string | null;
  tier: string;
  computed: string;
  clause: number;
  phase: Phase;
  phase_since: string | null;
  phase_tier: string | null;
  phase_times: number;
}

/** Everybody else: the same, then phase, since, tier and times of it, and the tier computed where it is another than the one held. */
export async function* otherLines(session: Session, written: Written): AsyncGenerator<string> {
  if (!written.whole) return;
  const { run, keys } = written;
  const key = keyIn(keys);
  const { from, before } = changed(written);
  const columns = sql`standing.customer_id, ${before} as before, standing.tier, standing.computed, standing.clause, standing.phase, standing.phase_since::varchar as phase_since,
  standing.phase_tier, standing.phase_times`;
  const rows = sql`select ${columns} from ${from} and not (${plain}) order by standing.customer_id`;
  for await (const chunk of session.chunks<Change>(rows)) {
    let lines = "";
    for (const { customer_id, before, tier, computed, clause, phase, phase_since, phase_tier, phase_times } of chunk) {
      const way = phase === "stable" ? [NOTHING, NOTHING, NOTHING, NOTHING] : [phase, phase_since ?? NOTHING, key(phase_tier), phase_times];
      const cells = [run, customer_id, key(before), key(tier), clause, ...way, computed === tier ? NOTHING : key(computed)];
      lines += `${cells.join("\t")}\n`;
    }
    yield lines;
  }
}

function fail(tier: string): never {
  throw new Error(`the tier ${tier} has no key`);
}
