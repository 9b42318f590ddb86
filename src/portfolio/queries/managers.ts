import { saidYes } from "../../customer/index.js";
import { type Sql, sql } from "../../platform/warehouse/index.js";

export interface ManagerRow {
  manager_id: number;
  manager: string;
  name: string | null;
  branch: string | null;
  level: string | null;
  capacity: string | null;
}

/** Account managers with their level and capacity as last told; those whose attribute `left` says yes are no more. */
export function managersTold(): Sql {
  return sql`
    with who as ( -- parties of managers
      select party.party_id, profile.customer_id from profile
      join (select party_id, coalesce(merged.customer_id, party.party_id) as customer_id
        from party left join merged using (party_id) where merged.retracted_at is null) as party using (customer_id)
      where profile.kind = ${"manager"}
    ),
    told as ( -- the newest word on each
      select who.customer_id,
        arg_max(text_value, (coalesce(on_date, date '0001-01-01'), recorded_at)) filter (attribute."name" = ${"level"}) as level,
        arg_max(number_value, (coalesce(on_date, date '0001-01-01'), recorded_at)) filter (attribute."name" = ${"capacity"}) as capacity,
        arg_max(coalesce(${saidYes}, false), (coalesce(on_date, date '0001-01-01'), recorded_at)) filter (attribute."name" = ${"left"}) as gone
      from attribute join who using (party_id)
      where attribute.retracted_at is null
      group by 1
    )
    select profile.customer_id as manager_id, profile.public_id as manager, profile."name", nullif(profile.branch, '') as branch,
      lower(trim(told.level)) as level, told.capacity::varchar as capacity
    from profile left join told using (customer_id)
    where profile.kind = ${"manager"} and coalesce(told.gone, false) = false
    order by profile.public_id`;
}
