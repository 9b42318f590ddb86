-- One row per day and step of the daily cycle: what is done is not done again, and what failed says why.
create table cycle_step (
  day date not null,
  step text not null,
  state text not null check (state in ('running', 'done', 'failed', 'interrupted')),
  started_at timestamptz not null default clock_timestamp(),
  seconds double precision,
  counts jsonb not null default '[]',
  problems jsonb not null default '[]',
  requested_by text not null,
  primary key (day, step)
);

-- When the server starts the day by itself: not before somebody says so, for it grades every published model.
create table cycle_schedule (
  single boolean primary key default true check (single),
  starts_at time not null,
  enabled boolean not null
);
insert into cycle_schedule (starts_at, enabled) values ('06:00', false);

-- Which content of the inbox's folders is in: an unchanged folder is not read again.
create table inbox_folder (
  mapping text primary key,
  fingerprint text not null,
  imported_at timestamptz not null default clock_timestamp()
);

-- Account managers see their own customers.
alter table app_user add column manager text;
