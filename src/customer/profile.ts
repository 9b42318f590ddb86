import { raw, type Session, sql } from "../platform/warehouse/index.js";

/** Remake `profile` from the customer facts known now: per customer and column the newest non-empty word, of one import the last. */
export async function refreshProfiles(session: Session): Promise<void> {
  // Facts are only ever added, in the order of their files: of one moment, the higher row was told later.
  const newest = (column: string) => raw(`arg_max("${column}", (customer.recorded_at, customer.rowid)) filter ("${column}" is not null) as "${column}"`);
  await session.run(sql`delete from profile`);
  await session.run(sql`
    insert into profile
    with identity as ( -- whose facts are whose
      select party.party_id, party.public_id, coalesce(merged.customer_id, party.party_id) as customer_id
      from party left join merged on merged.party_id = party.party_id and merged.retracted_at is null
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
