import { name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { decide } from "./decide.js";
import type { Plan } from "./plan.js";

interface Written {
  run: number;
  table: string;
  held: Sql | null;
  /** Key of every tier the model ever had. */
  keys: ReadonlyMap<string, number>;
}

/**
 * The changes of a run as COPY lines in customer order. Customers with the same tier before and the same deciding
 * clause get the same decision, so it is made once for all of them: a first run writes millions of rows.
 */
export async function* ledgerLines(session: Session, plan: Plan, { run, table, held, keys }: Written, report: (done: number) => void): AsyncGenerator<string> {
  const key = (tier: string | null): string => (tier === null ? "\\N" : String(keys.get(tier) ?? fail(tier)));
  const endings = new Map<string, string>();
  const ending = (before: string | null, clause: number): string => {
    const { tier } = decide(plan, before, clause);
    return `\t${key(before)}\t${key(tier)}\t${clause}\n`;
  };
  let done = 0;
  const changes = sql`select customer_id, before, clause from ${name(table)} where before is distinct from tier order by customer_id`;
  for await (const rows of session.chunks<{ customer_id: number; before: string | null; clause: number }>(changes)) {
    let lines = "";
    for (const { customer_id, before, clause } of rows) {
      const pair = `${clause} ${before ?? ""}`;
      const end = endings.get(pair) ?? ending(before, clause);
      endings.set(pair, end);
      lines += `${run}\t${customer_id}${end}`;
    }
    done += rows.length;
    report(done);
    yield lines;
  }
  if (held === null) return;
  // Who was there and no longer is (merged into another, or another kind of subject) holds no tier from here on.
  const gone = sql`select held.customer_id, held.tier from ${held} as held anti join ${name(table)} as standing using (customer_id) order by held.customer_id`;
  for await (const rows of session.chunks<{ customer_id: number; tier: string }>(gone)) {
    yield rows.map(({ customer_id, tier }) => `${run}\t${customer_id}\t${key(tier)}\t\\N\t\\N\n`).join("");
  }
}

function fail(tier: string): never {
  throw new Error(`the tier ${tier} has no key`);
}
