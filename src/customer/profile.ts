import { raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";

/** When more than this share of everybody is new, remaking everybody costs less. */
const MOST = 0.2;

/** Parties of whom something that profiles are made of was recorded or taken back after a moment; each comparison alone, so that older blocks are passed over. */
const spokenOf = (since: string): Sql => sql`
  select party_id from party where recorded_at > ${since}::timestamp
  union all select party_id from customer where recorded_at > ${since}::timestamp
  union all select party_id from customer where retracted_at > ${since}::timestamp
  union all (select unnest([party_id, customer_id]) from merged where recorded_at > ${since}::timestamp or retracted_at > ${since}::timestamp)`;

/** All parties of whose profile may be another now, in the temporary table `renewed`; false: of so many that everybody's is remade. */
async function findRenewed(session: Session, since: string): Promise<boolean> {
  await session.run(sql`
    create or replace temp table renewed as
    with spoken as materialized (select distinct party_id from (${spokenOf(since)})),
    of as materialized ( -- and whose they are
      select party_id as customer_id from spoken
      union select merged.customer_id from spoken join merged using (party_id) where merged.retracted_at is null
    )
    select customer_id as party_id from of
    union select merged.party_id from of join merged using (customer_id) where merged.retracted_at is null`);
  const held = await session.first<{ some: number; all: number }>(sql`select (select count(*) from renewed) as some, (select count(*) from party) as "all"`);
  return (held?.some ?? 0) <= MOST * (held?.all ?? 0);
}

/**
 * Bring `profile` up to the customer facts known now: per customer and column the newest non-empty word, of one import the last.
 * `since`: profiles are up to this moment (UTC); else everybody's is remade.
 */
export async function refreshProfiles(session: Session, since: string | null = null): Promise<void> {
  const some = since !== null && (await findRenewed(session, since));
  // Facts are only ever added, in the order of their files: of one moment, the higher row was told later.
  const newest = (column: string) => raw(`arg_max("${column}", (customer.recorded_at, customer.rowid)) filter ("${column}" is not null) as "${column}"`);
  await session.run(sql`delete from profile ${raw(some ? "where customer_id in (select party_id from renewed)" : "")}`);
  await session.run(sql`
    insert into profile
    with identity as ( -- whose facts are whose
      select party.party_id, party.public_id, coalesce(merged.customer_id, party.party_id) as customer_id
      from party left join merged on merged.party_id = party.party_id and merged.retracted_at is null
      ${raw(some ? "where party.party_id in (select party_id from renewed)" : "")}
    ),
    told as ( -- what the sources say of each customer
      select identity.customer_id,
        ${newest("kind")}, ${newest("name")}, ${newest("sex")}, ${newest("birth_on")}, ${newest("phone")}, ${newest("email")},
        ${newest("id_number")}, ${newest("address")}, ${newest("region")}, ${newest("branch")}, min(since_on) as since_on
      from customer join identity using (party_id)
      where retracted_at is null
      group by 1
    )
    select identity.customer_id, identity.public_id, coalesce(kind, 'person'), "name", sex, birth_on, phone, email,
      id_number, address, region, branch, since_on, lower(concat_ws(chr(31), identity.public_id, "name"))
    from identity left join told using (customer_id)
    where identity.party_id = identity.customer_id
    order by identity.customer_id`);
}
