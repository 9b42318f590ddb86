create table service_plan_version (
  plan text not null,
  version int not null,
  text text not null,
  origin text not null,
  published_at timestamptz not null default clock_timestamp(),
  published_by text not null,
  primary key (plan, version)
);

-- An entitlement keeps its key through every version of its plan: obligations are narrow because of it.
create table entitlement (
  entitlement smallint generated always as identity primary key,
  plan text not null,
  id text not null,
  unique (plan, id)
);

-- What a customer is owed by a person, in a window. What makes it one is in the unique key: nothing is owed twice.
create table obligation (
  obligation bigint generated always as identity primary key,
  entitlement smallint not null,
  customer_id int not null,
  manager_id int, -- the owner who owes it now
  occasion date not null, -- first day of the window, or the day it is about
  ref text not null default '', -- what of that day: a contract, or which of several contacts
  opens_on date not null,
  due_on date not null,
  grace_until date not null,
  planned_on date not null, -- the workday on which it is meant to be done
  tier text not null,
  rank smallint not null, -- of the tier, best first
  minutes smallint not null,
  attempts smallint not null default 0,
  state text not null default 'open' check (state in ('open', 'met', 'late', 'missed', 'dropped')),
  settled_on date,
  contact bigint,
  opened_on date not null, -- the day it was planned
  unique (customer_id, entitlement, occasion, ref)
);
create index obligation_open on obligation (manager_id, planned_on) where state = 'open';
create index obligation_grace on obligation (grace_until) where state = 'open';
create index obligation_due on obligation (due_on);

-- An obligation's place on a manager's list of one day. What was not done is carried: it gets another row on another day.
create table task (
  task bigint generated always as identity primary key,
  obligation bigint not null references obligation,
  customer_id int not null,
  manager_id int not null,
  day date not null,
  minutes smallint not null,
  state text not null default 'open' check (state in ('open', 'done', 'postponed', 'not_reached', 'carried', 'withdrawn')),
  postponed_to date,
  note text, -- why it was put off
  finished_at timestamptz,
  unique (obligation, day)
);
create index task_list on task (manager_id, day);
create index task_day on task (day, state);
create index task_open on task (obligation) where state = 'open';
create index task_customer on task (customer_id, day);

-- Contacts with a customer: recorded by staff here, or told by imported facts (then with the fact's own key).
create table contact (
  contact bigint generated always as identity primary key,
  customer_id int not null,
  manager_id int,
  occurred_at timestamptz not null,
  channel text not null,
  direction text not null,
  reached boolean not null,
  note text,
  evidence text,
  task bigint references task,
  fact text unique, -- null: recorded by staff
  recorded_by text not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create index contact_customer on contact (customer_id, occurred_at);
create index contact_unmoved on contact (contact) where fact is null;
create index contact_told on contact (recorded_at) where fact is not null;

-- Days that were planned, with what was counted then.
create table service_day (
  day date primary key,
  counts jsonb not null,
  planned_at timestamptz not null default clock_timestamp()
);

do $$
declare named text;
begin
  foreach named in array array['obligation', 'task', 'contact'] loop
    execute format('alter table %I enable row level security', named);
    execute format('alter table %I force row level security', named);
    execute format(
      'create policy visible_customers on %I using (
        (select current_setting(''tierkeep.visible'', true)) = ''all''
        or customer_id in (select unnest(nullif(current_setting(''tierkeep.customers'', true), '''')::int[]))
        or manager_id in (select unnest(nullif(current_setting(''tierkeep.managers'', true), '''')::int[]))
      )', named);
  end loop;
end $$;
