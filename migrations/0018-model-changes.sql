-- A change of a model that moves more customers than one person may publish alone waits here. Who approves is never who asked.
create table tier_proposal (
  proposal int generated always as identity primary key,
  model text not null,
  base_version int not null,
  text text not null,
  origin text not null,
  preview jsonb not null,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'refused', 'withdrawn', 'lapsed')),
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  version int,
  check (state not in ('approved', 'refused') or decided_by <> requested_by),
  check ((state in ('waiting', 'lapsed')) = (decided_by is null)),
  check ((state = 'approved') = (version is not null)),
  foreign key (model, base_version) references tier_model_version,
  foreign key (model, version) references tier_model_version
);
create unique index tier_proposal_waiting on tier_proposal (model) where state = 'waiting';

-- What was in force at a moment is known to the moment.
alter table tier_override add column ended_at timestamptz;
