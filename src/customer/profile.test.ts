import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { name, type Session, sql } from "../platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { refreshProfiles } from "./profile.js";
import { tables } from "./tables.js";

let workspace: TemporaryWorkspace;
beforeAll(async () => {
  workspace = await temporaryWorkspace(tables);
});
afterAll(() => workspace.dispose());

const PARTIES = 30;
// what is told is told of few, so that their stories cross
const one = fc.integer({ min: 1, max: 4 });
const day = (n: number): string => `2025-01-01 00:00:${String(n).padStart(2, "0")}`;

/** What one import may bring of one party: it, a word of it, that its words are taken back, that it is another's or its own again. */
const step = fc.array(
  fc.record({
    what: fc.constantFrom("party", "name", "branch", "taken back", "merged", "its own again"),
    party: one,
    other: one,
    word: fc.constantFrom("甲", "乙", "Ann", "Bob", null),
  }),
  { minLength: 0, maxLength: 3 },
);
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never)[number];

async function bring(session: Session, { what, party, other, word }: Step, at: string): Promise<void> {
  const known = sql`'core', hash(random())::hugeint, ${at}::timestamp`;
  if (what === "party")
    await session.run(sql`insert into party select max(party_id) + 1, 'core', 'n' || max(party_id), 'n' || max(party_id), ${at}::timestamp from party`);
  if (what === "name") await session.run(sql`insert into customer (party_id, name, source, key, recorded_at) select ${party}, ${word}, ${known}`);
  if (what === "branch") await session.run(sql`insert into customer (party_id, branch, source, key, recorded_at) select ${party}, ${word}, ${known}`);
  if (what === "taken back") await session.run(sql`update customer set retracted_at = ${at}::timestamp where party_id = ${party} and retracted_at is null`);
  if (what === "its own again") await session.run(sql`update merged set retracted_at = ${at}::timestamp where party_id = ${party} and retracted_at is null`);
  // whose others are cannot be another's
  if (what === "merged")
    await session.run(sql`
      insert into merged select ${party}, ${other}, ${at}::timestamp, null where ${party} <> ${other}
        and not exists (select 1 from merged where retracted_at is null and (party_id in (${party}, ${other}) or customer_id = ${party}))`);
}

const profiles = (session: Session) => session.all(sql`select * from profile order by customer_id`);

test("profiles renewed for those an import speaks of are those that are made of everybody", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await workspace.warehouse.write(async (session) => {
        for (const table of ["party", "customer", "merged", "profile"]) await session.run(sql`delete from ${name(table)}`);
        await session.run(sql`insert into party select i, 'core', 'c' || i, 'c' || i, ${day(0)}::timestamp from range(1, ${PARTIES + 1}) t(i)`);
        await refreshProfiles(session);
        for (const [n, facts] of steps.entries()) {
          for (const fact of facts) await bring(session, fact, day(n + 1));
          await refreshProfiles(session, day(n));
          const renewed = await profiles(session);
          await refreshProfiles(session);
          expect(renewed).toEqual(await profiles(session));
        }
      });
    }),
    { numRuns: 60 },
  );
});
