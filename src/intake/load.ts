import { noteSightings, resolveParties } from "../customer/index.js";
import { columnsOf, type Fact } from "../customer/schema.js";
import { ProblemError, problem } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { join, name, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { type JudgedFile, type Judgement, keyOf, labelOf, type Verdict } from "./judge.js";

/** What stays the same through one import. */
export interface Load {
  session: Session;
  source: string;
  /** One UTC moment for everything of the batch. */
  recordedAt: string;
  /** Called after each of the statements of a fact. */
  tick(): void;
}

/** Statements of one fact that take their time. */
export const TICKS = 4;

export interface Loaded {
  loaded: number;
  unchanged: number;
  /** Facts of a snapshot of which the file may hold more than could be read: labels as in `labelOf`. */
  unsure: string[];
}

const count = async (session: Session, query: Sql): Promise<number> => (await session.first<{ n: number }>(query))?.n ?? 0;

/** Make the judged rows, and of rows with one key keep the last: earlier ones get the verdict `duplicate`. */
export async function judgeRows(session: Session, judged: JudgedFile, judgement: Judgement): Promise<void> {
  await session.run(sql`create or replace temp table judged as ${judgement.query}`);
  for (const [i, fact] of judged.plan.facts.entries()) {
    if (fact.key === undefined) continue;
    const good = sql`(select row_no, ${name(`${i} hash`)} as h from judged where verdict is null and ${name(`${i} when`)})`;
    const [repeated] = [sql`(select h, max(row_no) as kept from ${good} group by h having count(*) > 1)`];
    await session.run(sql`
      update judged set verdict = ${judgement.duplicate}::smallint
      where row_no in (select g.row_no from ${good} g join ${repeated} r using (h) where g.row_no < r.kept)`);
  }
}

/** Bring the facts of the judged rows into the warehouse: what is held already is left, what changed is retracted and told anew. */
export async function loadFacts(load: Load, judged: JudgedFile, verdicts: readonly Verdict[]): Promise<Loaded> {
  const { session } = load;
  const { facts } = judged.file;
  const unsure: string[] = [];
  for (const i of facts.keys()) {
    await loadFact(load, judged, i);
    if (judged.file.load === "snapshot" && (await mayHoldMore(session, judged, i, verdicts))) unsure.push(labelOf(judged.part, judged.file, i));
  }
  const good = await count(session, sql`select count(*) as n from judged where verdict is null`);
  const { held, all } = heldAlready(judged);
  const empty = await Promise.all(facts.map((_, i) => count(session, sql`select count(*) as n from ${name(`held ${i}`)}`)));
  const unchanged = empty.every((n) => n === 0)
    ? 0
    : await count(session, sql`select count(*) as n from judged ${held} where judged.verdict is null and ${all}`);
  return { loaded: good - unchanged, unchanged, unsure };
}

/** Judged rows whose facts are all held as they are: joined with what is held, and the condition. */
function heldAlready({ file: { facts } }: JudgedFile): { held: Sql; all: Sql } {
  const held = facts.map((_, i) => sql`left join ${name(`held ${i}`)} h${raw(String(i))} on h${raw(String(i))}.row_no = judged.row_no`);
  const all = facts.map((_, i) => sql`(not judged.${name(`${i} when`)} or h${raw(String(i))}.row_no is not null)`);
  return { held: join(held, " "), all: join(all, " and ") };
}

/** What became of each row of a file that was loaded last, in the file's order. */
export const rowOutcomes = (session: Session, judged: JudgedFile): Promise<{ verdict: number | null; unchanged: boolean }[]> => {
  const { held, all } = heldAlready(judged);
  return session.all(sql`select judged.verdict, ${all} as unchanged from judged ${held} order by judged.row_no`);
};

/**
 * Could a row that was not read well stand for a fact that is held? A broken row could be any; one that was set aside for
 * a fault is known by its key, where it has one. What the mapping itself leaves out does not count.
 */
async function mayHoldMore(session: Session, { staged, lookups }: JudgedFile, i: number, verdicts: readonly Verdict[]): Promise<boolean> {
  if ([staged, ...lookups.values()].some((file) => file.broken > 0)) return true;
  const faults = verdicts.flatMap((verdict, n) => (verdict.meant === true ? [] : [raw(String(n))]));
  if (faults.length === 0) return false;
  return (await count(session, sql`select count(*) as n from judged where verdict in (${join(faults)}) and not ${name(`${i} keyed`)}`)) > 0;
}

async function loadFact({ session, source, recordedAt, tick }: Load, judged: JudgedFile, i: number): Promise<void> {
  const as: Fact = judged.file.facts[i]?.as ?? "customer";
  const plan = judged.plan.facts[i];
  const label = labelOf(judged.part, judged.file, i);
  const hash = name(`${i} hash`);
  const hasParty = as !== "product";
  const mapped = columnsOf(as).filter((column) => plan?.map.has(column.name) === true);
  const good = sql`judged where verdict is null and ${name(`${i} when`)}`;
  if (hasParty) await resolveParties(session, sql`(select ${name(`${i} customer_id`)} as external_id, row_no as seen from ${good})`, source, recordedAt);
  tick();

  // The n-th occurrence of a row is a row of its own; only rows that occur again are numbered.
  await session.run(
    sql`create or replace temp table again as ${
      plan?.key === undefined
        ? sql`select row_no, n from (
          select row_no, row_number() over (partition by h order by row_no) as n
          from (select row_no, ${hash} as h from ${good}) semi join (select ${hash} as h from ${good} group by 1 having count(*) > 1) using (h)
        ) where n > 1`
        : sql`select row_no, 1 as n from judged where false`
    }`,
  );
  tick();
  const keyed = sql`(select judged.*, case when again.n is null then ${hash} else ${keyOf(sql`concat_ws('#', ${hash}::varchar, again.n::varchar)`)} end as "key" from judged left join again using (row_no) where verdict is null and ${name(`${i} when`)})`;

  // Which of them are held, and do they still say the same?
  const same =
    plan?.key === undefined
      ? []
      : mapped
          .filter((column) => column.name !== "customer_id")
          .map((column) => sql`f.${name(column.name)} is not distinct from k.${name(`${i} ${column.name}`)}`);
  if (plan?.key !== undefined && hasParty) same.push(sql`p.external_id = k.${name(`${i} customer_id`)}`);
  const party = same.length > 0 && hasParty ? sql`join party p on p.party_id = f.party_id` : raw("");
  const isHeld = (await count(session, sql`select count(*) as n from (select 1 from ${name(as)} where source = ${source} and part = ${label} limit 1)`)) > 0;
  await session.run(
    sql`create or replace temp table matched as ${
      isHeld
        ? sql`select k.row_no, k."key", ${same.length > 0 ? join(same, " and ") : raw("true")} as same
          from ${keyed} k join ${name(as)} f on f."key" = k."key" and f.source = ${source} and f.part = ${label} and f.retracted_at is null ${party}`
        : sql`select 0::bigint as row_no, 0::hugeint as "key", true as same where false`
    }`,
  );
  await session.run(sql`create or replace temp table ${name(`held ${i}`)} as select row_no from matched where same`);
  await session.run(sql`
    update ${name(as)} set retracted_at = ${recordedAt}::timestamp
    where source = ${source} and part = ${label} and retracted_at is null and "key" in (select "key" from matched where not same)`);
  tick();

  const columns = columnsOf(as).filter((column) => column.name !== "customer_id");
  const values = columns.map((column) =>
    plan?.map.has(column.name) === true
      ? sql`k.${name(`${i} ${column.name}`)}`
      : column.meta.fallback === undefined
        ? raw("null")
        : sql`${column.meta.fallback}`,
  );
  await session.run(sql`
    insert into ${name(as)} (${join([...(hasParty ? [raw("party_id")] : []), ...columns.map((column) => name(column.name)), ...["source", "part", "key", "recorded_at", "retracted_at"].map(name)])})
    select ${join([...(hasParty ? [raw("party.party_id")] : []), ...values])}, ${source}, ${label}, k."key", ${recordedAt}::timestamp, null
    from ${keyed} k ${hasParty ? sql`join party on party.source = ${source} and party.external_id = k.${name(`${i} customer_id`)}` : raw("")}
    ${isHeld ? sql`anti join ${name(`held ${i}`)} held on held.row_no = k.row_no` : raw("")}
    order by k.row_no`);
  tick();
  if (as !== "product") await noteSightings(session, as, source, recordedAt);
  if (judged.file.load === "snapshot") await session.run(sql`insert into still_there select ${label}, "key" from ${keyed}`);
  // A row set aside this time was in the file all the same: what it said before stays.
  if (judged.file.load === "snapshot" && plan?.key !== undefined)
    await session.run(sql`insert into still_there select ${label}, ${hash} from judged where verdict is not null and ${name(`${i} keyed`)}`);
}

/** A snapshot without one good row would retract everything held. */
export async function refuseEmptySnapshot(session: Session, { staged }: JudgedFile, verdicts: readonly Verdict[]): Promise<void> {
  const rows = await session.all<{ verdict: number | null; n: number }>(sql`select verdict, count(*) as n from judged group by 1 order by 2 desc, 1`);
  if (rows.some((row) => row.verdict === null)) return;
  const why = rows.map(({ verdict, n }) => `${verdicts[verdict ?? -1]?.code ?? ""} ${n}`).join(", ");
  throw new ProblemError([emptySnapshot(staged.file, why)]);
}

/** Said of a snapshot none of whose rows can be used; `why` counts them by reason. */
export function emptySnapshot(file: string, why: string): Problem {
  return problem(
    "intake.empty_snapshot",
    { zh: `快照文件 ${file} 没有可用的行`, en: `The snapshot ${file} holds no row that can be used` },
    {
      place: { file },
      hint: {
        zh: `${why === "" ? "" : `各行被搁置的原因：${why}。`}空快照会撤回所有已有数据，因此不予导入。`,
        en: `${why === "" ? "" : `Its rows would be set aside: ${why}. `}It would retract everything held, so it is not imported.`,
      },
    },
  );
}

/** Before the files of a snapshot part: an empty list of what they hold. */
export async function startSnapshot(session: Session): Promise<void> {
  await session.run(sql`create or replace temp table still_there (label varchar, "key" hugeint)`);
}

/** After them: facts of this part that no file holds any more are retracted. Not for a fact of which some file may hold more than was read. */
export async function finishSnapshot({ session, source, recordedAt }: Omit<Load, "tick">, fact: Fact, label: string): Promise<void> {
  await session.run(sql`
    update ${name(fact)} set retracted_at = ${recordedAt}::timestamp
    where source = ${source} and part = ${label} and retracted_at is null and "key" not in (select "key" from still_there where label = ${label})`);
}
