-- A person's reasoned word over a model's: it outlives every run and ends on its day. Who approves is never who asked.
create table tier_override (
  override int generated always as identity primary key,
  model text not null,
  customer_id int not null,
  kind text not null check (kind in ('pin', 'floor', 'ceiling')),
  tier text not null,
  reason text not null,
  plan text,
  until_on date not null,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  approved boolean,
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  starts_on date,
  ended_by text,
  ended_on date,
  check (decided_by <> requested_by),
  check ((approved is null) = (decided_by is null))
);
create index tier_override_customer on tier_override (customer_id, model);
create index tier_override_open on tier_override (model, until_on) where ended_on is null and approved is not false;

alter table tier_override enable row level security;
alter table tier_override force row level security;
create policy visible_customers on tier_override
  using (
    (select current_setting('tierkeep.visible', true)) = 'all'
    or customer_id in (select unnest(nullif(current_setting('tierkeep.customers', true), '')::int[]))
  );

-- The tier by the model alone where an override made another of it; and which overrides a run applied.
alter table tier_assignment add column computed smallint;
alter table tier_run add column overrides text;
