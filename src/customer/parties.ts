import { name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { type Fact, facts } from "./schema.js";

/**
 * Make the parties that are missing, in the order they are first seen. `staged` is a relation with `external_id` and
 * `seen`, the row that speaks of it. The id people use is the external id; when somebody has it already, it is made of
 * source and external id, with a number as soon as that is somebody's as well.
 */
export async function resolveParties(session: Session, staged: Sql, source: string, recordedAt: string): Promise<void> {
  await session.run(sql`
    create or replace temp table arriving as
    with spoken_of as ( -- ids of these rows, each once
      select external_id, min(seen) as seen from ${staged} where external_id is not null group by 1
    ),
    missing as materialized (
      select external_id, seen from spoken_of
      where not exists (select 1 from party where party.source = ${source} and party.external_id = spoken_of.external_id)
    ),
    taken as ( -- of the ids people use, those alone: of a few rows it costs a few rows
      select public_id from party where public_id in (select external_id from missing)
    )
    select
      (select coalesce(max(party_id), 0) from party) + row_number() over (order by seen, missing.external_id) as party_id,
      missing.external_id,
      case when missing.external_id in (select public_id from taken) then ${source} || ':' || missing.external_id else missing.external_id end as public_id
    from missing`);
  await numberTakenIds(session, source);
  await session.run(sql`
    insert into party select party_id, ${source}, external_id, public_id, ${recordedAt}::timestamp from arriving order by party_id`);
}

/** Composed ids that are somebody's already get a number, the same for all in one round, until each is free. */
async function numberTakenIds(session: Session, source: string): Promise<void> {
  const some = async (relation: Sql): Promise<boolean> => (await session.first(sql`select 1 as one from ${relation} limit 1`)) !== undefined;
  const composed = sql`(select party_id, public_id from arriving where public_id <> external_id)`;
  if (!(await some(composed))) return;
  const taken = sql`(
    select party_id from ${composed}
    where public_id in (select public_id from party)
      or public_id in (select public_id from arriving semi join ${composed} composed using (public_id) group by 1 having count(*) > 1))`;
  for (let n = 2; await some(taken); n++) {
    await session.run(sql`update arriving set public_id = ${source} || ':' || external_id || ${`~${n}`} where party_id in ${taken}`);
  }
}

/**
 * Note the earliest day the facts of one import speak of, where it is earlier than the one held. A customer record
 * without a date was always there; another fact without one only makes known a party nobody else speaks of.
 */
export async function noteSightings(session: Session, fact: Exclude<Fact, "product">, source: string, recordedAt: string): Promise<void> {
  const time = facts[fact].time;
  const day = fact === "customer" ? sql`coalesce(${name(time)}, date '0001-01-01')` : sql`${name(time)}::date`;
  await session.run(sql`
    insert into sighting
    with told as materialized ( -- the earliest day per party; null when none of its rows has one
      select party_id, min(${day}) as first_on from ${name(fact)} where recorded_at = ${recordedAt}::timestamp and source = ${source} group by 1
    ),
    held as (
      select party_id, min(first_on) as first_on from sighting where party_id in (select party_id from told) group by 1
    )
    select party_id, coalesce(told.first_on, date '0001-01-01'), ${recordedAt}::timestamp
    from told left join held using (party_id)
    where held.first_on is null or told.first_on < held.first_on
    order by party_id`);
}
