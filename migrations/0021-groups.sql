-- A group is a saved condition over the figures of one model and the profile. Who belongs to it is asked of the standing in force.
create table tier_group (
  group_id text primary key,
  title jsonb not null,
  about jsonb,
  model text not null,
  condition text not null,
  tag boolean not null,
  saved_by text not null,
  saved_at timestamptz not null default clock_timestamp()
);
