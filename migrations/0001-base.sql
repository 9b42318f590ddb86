-- Which workspace this database belongs to: the warehouse carries the same id.
create table workspace_identity (
  single boolean primary key default true check (single),
  id text not null
);

-- Access ------------------------------------------------------------------------------------------------------------

create table app_user (
  id uuid primary key default gen_random_uuid(),
  login text not null unique,
  name text not null,
  role text not null,
  branches text[], -- null: all customers
  password_hash text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);

-- The token itself is known to its holder only.
create table session (
  token_hash text primary key,
  user_id uuid not null references app_user,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_of_user on session (user_id);
create index session_expiry on session (expires_at);

-- Attempts to sign in that have not succeeded; the login is hashed because people type passwords into it.
create table sign_in_attempt (
  login_hash text not null,
  attempted_at timestamptz not null default now()
);
create index sign_in_attempt_login on sign_in_attempt (login_hash, attempted_at);

create table audit_seal (
  seal int primary key,
  entries int not null,
  hash text not null, -- of the hash before and every entry of the batch
  sealed_at timestamptz not null default now()
);

create table audit_entry (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}',
  seal int references audit_seal
);
create index audit_entry_unsealed on audit_entry (id) where seal is null;
create index audit_entry_seal on audit_entry (seal, id);
create index audit_entry_subject on audit_entry (subject, id);

-- What was written stays: the one change allowed is to be sealed, once.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' then
    if old.seal is null and new.seal is not null
      and (new.id, new.at, new.actor, new.action, new.subject, new.detail) is not distinct from (old.id, old.at, old.actor, old.action, old.subject, old.detail) then
      return new;
    end if;
  end if;
  raise exception 'the audit trail is not changed';
end $$;

create trigger audit_entry_stays before update or delete on audit_entry for each row execute function refuse_audit_change();
create trigger audit_seal_stays before update or delete on audit_seal for each row execute function refuse_audit_change();
create trigger audit_entry_kept before truncate on audit_entry for each statement execute function refuse_audit_change();
create trigger audit_seal_kept before truncate on audit_seal for each statement execute function refuse_audit_change();

-- Jobs --------------------------------------------------------------------------------------------------------------

create table job (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'interrupted')),
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  input jsonb not null,
  result jsonb,
  problems jsonb not null default '[]'
);
create index job_newest on job (requested_at desc, id desc);
create index job_kind on job (kind, requested_at desc, id desc);
create index job_open on job (state) where state in ('queued', 'running');

-- Intake ------------------------------------------------------------------------------------------------------------

create table import_batch (
  id text primary key,
  source text not null,
  mapping text not null,
  files text[] not null,
  state text not null default 'done' check (state in ('running', 'done', 'failed', 'interrupted')),
  rows_read bigint not null default 0,
  rows_loaded bigint not null default 0,
  rows_set_aside bigint not null default 0,
  unchanged bigint not null default 0,
  set_aside_by_reason jsonb not null default '{}',
  seconds double precision not null default 0,
  imported_at timestamptz not null default clock_timestamp(),
  imported_by text not null
);
create index import_batch_newest on import_batch (imported_at desc, id desc);

-- Tiering -----------------------------------------------------------------------------------------------------------

create table tier_model_version (
  model text not null,
  version int not null,
  text text not null,
  origin text not null,
  published_at timestamptz not null default clock_timestamp(),
  published_by text not null,
  primary key (model, version)
);

-- A tier keeps its key through every version of its model: the ledger is narrow because of it.
create table tier (
  model text not null,
  code text not null,
  tier_key smallint not null,
  primary key (model, code),
  unique (model, tier_key)
);

-- Fitted numbers, kept for ever: the ledger names the calibration a run applied.
create table calibration (
  id text primary key,
  model text not null,
  version int not null,
  content jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  foreign key (model, version) references tier_model_version
);

create table tier_run (
  run int generated always as identity primary key,
  model text not null,
  version int not null,
  as_of date not null,
  decided boolean not null,
  calibration text references calibration,
  customers int not null,
  moved int not null,
  tiers jsonb not null,
  data_as_of timestamptz,
  computed_at timestamptz not null default clock_timestamp(),
  requested_by text not null,
  seconds double precision not null,
  foreign key (model, version) references tier_model_version
);
create index tier_run_newest on tier_run (model, run desc);
create index tier_run_decided on tier_run (model, as_of desc, run desc) where decided;

-- Changes only: who holds no row holds no tier, and the last row says which.
create table tier_assignment (
  run int not null references tier_run,
  customer_id int not null,
  from_tier smallint,
  to_tier smallint,
  clause smallint
);
create index tier_assignment_customer on tier_assignment (customer_id, run);
create index tier_assignment_run on tier_assignment (run);

-- Without a visibility nothing is seen; `force` binds the owner, too.
alter table tier_assignment enable row level security;
alter table tier_assignment force row level security;
create policy visible_customers on tier_assignment
  using (
    (select current_setting('tierkeep.visible', true)) = 'all'
    or customer_id = any ((select nullif(current_setting('tierkeep.customers', true), ''))::int[])
  );
