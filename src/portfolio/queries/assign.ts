import { join, name, raw, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Manager } from "../managers.js";
import type { Portion, Shares } from "../share.js";

/** One place in the order of serving: a tier of a row of the policy. */
export interface Place {
  place: number;
  model: string;
  tier: string;
  mode: string;
  /** Hundredths of a minute of work a month. */
  minutes: number;
  levels: readonly string[];
}

const values = (rows: readonly Sql[], otherwise: Sql): Sql => (rows.length === 0 ? otherwise : sql`values ${join(rows)}`);

export const placesTable = (places: readonly Place[]): Sql =>
  sql`create or replace temp table place as select * from (${values(
    places.map(({ place, model, tier, mode, minutes }) => sql`(${place}::integer, ${model}, ${tier}, ${mode}, ${minutes}::integer)`),
    sql`select null::integer, null, null, null, null where false`,
  )}) t(place, model, tier, mode, minutes)`;

/** Which managers may be named at which place. */
export const allowedTable = (places: readonly Place[], managers: readonly Manager[]): Sql => {
  const pairs = places.flatMap(({ place, levels }) => levels.map((level) => sql`(${place}::integer, ${level})`));
  const people = managers.map(({ manager_id, branch, level }) => sql`(${manager_id}::integer, ${branch}, ${level})`);
  return sql`create or replace temp table allowed as
    select manager_id, branch, place from (${values(people, sql`select null, null, null where false`)}) m(manager_id, branch, level)
    join (${values(pairs, sql`select null, null where false`)}) p(place, level) using (level)`;
};

/** Everyone who needs an owner, with the one they have, and why they cannot keep that one (null: they can). */
export function wantedTable(standings: readonly { model: string; standing: Sql }[], managers: readonly Manager[]): Sql {
  const graded = join(
    standings.map(({ model, standing }) => sql`select customer_id, ${model} as model, tier::varchar as tier from ${standing}`),
    " union all ",
  );
  const there = sql`(${join(managers.length === 0 ? [raw("-1")] : managers.map((one) => sql`${one.manager_id}`))})`;
  const once = standings.length > 1 ? sql`qualify row_number() over (partition by customer_id order by place.place) = 1` : sql``;
  return sql`create or replace temp table wanted as
    with graded as ( -- the tier of everyone, by the first model that serves them
      select customer_id, graded.model, graded.tier, place.place, place.mode, place.minutes
      from (${graded}) graded join place on place.model = graded.model and place.tier = graded.tier ${once}
    )
    select graded.*, coalesce(nullif(profile.branch, ''), '') as branch, owner.manager_id as held, owner.since, owner.reason as held_reason,
      case
        when owner.manager_id is null then 'first'
        when owner.manager_id not in ${there} then 'manager_gone'
        when allowed.manager_id is not null then null
        when owner.manager_id in (select manager_id from allowed where allowed.branch = profile.branch) then 'tier_moved'
        else 'branch_moved'
      end as because
    from graded join profile using (customer_id)
    left join owner on owner.customer_id = graded.customer_id
    left join allowed on allowed.manager_id = owner.manager_id and allowed.place = graded.place and allowed.branch = profile.branch`;
}

/** The cells of the assignment: how many of a branch and place have which owner, or none. */
export const cellsSql: Sql = sql`
  select branch, place, case when because is null then held end as manager, count(*) as customers from wanted group by 1, 2, 3 order by 2, 1, 3`;

/** Deals out what was shared: each customer of the pool by their number, each manager an interval of numbers. */
export function assignedTable({ portions, left }: Shares, reasons: ReadonlyMap<string, string>, managers: readonly Manager[], asOf: string, run: number): Sql {
  const deals = dealsOf(portions, left, reasons);
  const keeping = portions
    .filter((portion) => portion.keeps > 0)
    .map((one) => sql`(${one.branch}, ${one.place}::integer, ${one.manager}::integer, ${one.keeps}::bigint)`);
  const people = managers.map(({ manager_id, manager }) => sql`(${manager_id}::integer, ${manager})`);
  return sql`create or replace temp table assigned as
    with keeping as (select * from (${values(keeping, sql`select null, null, null, null where false`)}) t(branch, place, held, most)),
    deal as (select * from (${values(deals, sql`select null, null, null, null, null where false`)}) t(branch, place, first, manager_id, reason)),
    person as (select * from (${values(people, sql`select null, null where false`)}) t(manager_id, manager)),
    numbered as ( -- of those who may keep their owner, the longest with them come first
      select wanted.*, keeping.most, hash(wanted.customer_id) as draw,
        case when because is null then row_number() over (partition by wanted.branch, wanted.place, wanted.held, because is null order by since, hash(wanted.customer_id), wanted.customer_id) end as n
      from wanted left join keeping on keeping.branch = wanted.branch and keeping.place = wanted.place and keeping.held = wanted.held
    ),
    sorted as (select *, because is null and n <= coalesce(most, 0) as keeps from numbered),
    pool as ( -- the others, in an order of chance that is the same every time
      select *, row_number() over (partition by branch, place order by draw, customer_id) as number from sorted where not keeps
    ),
    dealt as (
      select pool.customer_id, pool.mode, pool.model, pool.tier, pool.minutes, deal.manager_id, deal.reason as unplaced, coalesce(pool.because, 'manager_full') as because
      from pool asof join deal on pool.branch = deal.branch and pool.place = deal.place and pool.number >= deal.first
    ),
    everyone as (
      select customer_id, held as manager_id, mode, model, tier, minutes, held_reason as reason, since from sorted where keeps
      union all
      select customer_id, manager_id, mode, model, tier, minutes, coalesce(unplaced, because), ${asOf}::date from dealt
    )
    select everyone.*, person.manager, ${run}::integer as run from everyone left join person using (manager_id)`;
}

/** Intervals of numbers within each cell: 1 to 20 is this manager's, from 21 another's, the last nobody's. */
function dealsOf(portions: readonly Portion[], left: Shares["left"], reasons: ReadonlyMap<string, string>): Sql[] {
  const next = new Map<string, number>();
  const from = (branch: string, place: number, customers: number): number => {
    const key = `${branch}\t${place}`;
    const first = next.get(key) ?? 1;
    next.set(key, first + customers);
    return first;
  };
  return [
    ...portions
      .filter((one) => one.gets > 0)
      .map((one) => sql`(${one.branch}, ${one.place}::integer, ${from(one.branch, one.place, one.gets)}::bigint, ${one.manager}::integer, null)`),
    ...left.map(
      ({ branch, place, customers }) =>
        sql`(${branch}, ${place}::integer, ${from(branch, place, customers)}::bigint, null::integer, ${reasons.get(`${branch}\t${place}`) ?? "no_room"})`,
    ),
  ];
}

/** Rows that differ from those held: what is written. */
export const changedTable: Sql = sql`create or replace temp table changed as
  select assigned.* from assigned left join owner using (customer_id)
  where owner.customer_id is null or (owner.manager_id, owner.mode, owner.model, owner.tier, owner.minutes, owner.reason)
    is distinct from (assigned.manager_id, assigned.mode, assigned.model, assigned.tier, assigned.minutes, assigned.reason)`;

export const changedRows: Sql = sql`select customer_id, manager_id, mode, model, tier, minutes, since, reason, run from changed order by customer_id`;

export const goneRows: Sql = sql`select customer_id from owner anti join assigned using (customer_id) order by customer_id`;

/** What the assignment comes to. */
export const countsSql: Sql = sql`
  select
    (select count(*) from assigned) as customers,
    (select count(*) from assigned where manager_id is null) as unplaced,
    (select count(*) from changed left join owner using (customer_id) where changed.manager_id is not null and owner.manager_id is null) as assigned,
    (select count(*) from changed join owner using (customer_id) where changed.manager_id is not null and owner.manager_id is not null and owner.manager_id <> changed.manager_id) as moved`;

export const unplacedSql: Sql = sql`select reason, count(*) as customers from assigned where manager_id is null group by 1 order by 1`;

const columns = raw(["customer_id", "manager_id", "manager", "mode", "model", "tier", "minutes", "reason", "since"].join(", "));

/** The copy in the warehouse, brought to what was written. */
export const copyChanges: readonly Sql[] = [
  sql`delete from owner where customer_id in (select customer_id from changed) or customer_id not in (select customer_id from assigned)`,
  sql`insert into owner (${columns}) select ${columns} from changed`,
];

/** The copy made again out of a file of what PostgreSQL holds. The path is ours. */
export const copyFile = (path: string): readonly Sql[] => [
  sql`delete from owner`,
  sql`insert into owner (${columns}) select ${columns} from read_csv(${raw(`'${path.replaceAll("'", "''")}'`)}, auto_detect = false, header = false,
    delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false,
    columns = {customer_id: 'integer', manager_id: 'integer', manager: 'varchar', mode: 'varchar', model: 'varchar', tier: 'varchar', minutes: 'integer', reason: 'varchar', since: 'date'})`,
];

export const mirrorRun = (of: string): Sql => sql`select run from mirror where ${name("name")} = ${of}`;
export const setMirror = (of: string, run: number): readonly Sql[] => [
  sql`delete from mirror where ${name("name")} = ${of}`,
  sql`insert into mirror values (${of}, ${run})`,
];
