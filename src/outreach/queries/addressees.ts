import { saidYes } from "../../customer/index.js";
import { type Sql, sql } from "../../platform/warehouse/index.js";

/**
 * Everybody a message could go to, as a relation: who they are, where they are reached, and what they wish, as the newest
 * `do_not_contact` and `marketing_consent` up to the day tell. Not cut by anybody's scope: it is for preparing, not for showing.
 */
export const addressees = (asOf: string): Sql => sql`(
  with wish as ( -- the newest word of each customer on each of the two
    select coalesce(merged.customer_id, attribute.party_id) as customer_id,
      arg_max(coalesce(${saidYes}, false), (coalesce(on_date, date '0001-01-01'), attribute.recorded_at, attribute.rowid))
        filter (attribute.name = 'do_not_contact') as do_not_contact,
      arg_max(coalesce(${saidYes}, false), (coalesce(on_date, date '0001-01-01'), attribute.recorded_at, attribute.rowid))
        filter (attribute.name = 'marketing_consent') as marketing_consent
    from attribute left join merged on merged.party_id = attribute.party_id and merged.retracted_at is null
    where attribute.name in ('do_not_contact', 'marketing_consent') and attribute.retracted_at is null
      and (on_date is null or on_date <= ${asOf}::date)
    group by 1
  )
  select profile.customer_id, profile.public_id, profile."name", profile.sex, profile.kind, profile.phone, profile.email, profile.branch,
    coalesce(wish.do_not_contact, false) as do_not_contact, coalesce(wish.marketing_consent, false) as marketing_consent
  from profile left join wish using (customer_id)
  where profile.kind <> 'manager')`;
