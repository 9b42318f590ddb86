create table template_version (
  template text not null,
  version int not null,
  text text not null,
  origin text not null,
  published_at timestamptz not null default clock_timestamp(),
  published_by text not null,
  primary key (template, version)
);

-- The outbox. `key` says what makes a message one (who owes it, to whom, for what occasion): the same message is never prepared
-- twice. Everything intended is here, also what may not be sent, with the reason.
create table message (
  id bigint generated always as identity primary key,
  key text not null unique,
  customer_id int not null,
  manager_id int,
  template text not null,
  version int not null,
  channel text not null,
  class text not null,
  language text not null,
  body text not null,
  cause jsonb not null, -- why there is this message, in both languages
  state text not null check (state in ('prepared', 'waiting', 'suppressed')),
  reason text, -- why it waits or is suppressed
  send_at timestamptz not null,
  prepared_on date not null,
  prepared_at timestamptz not null default clock_timestamp()
);
create index message_newest on message (prepared_on desc, id desc);
create index message_state on message (state, prepared_on desc, id desc);
create index message_template on message (template, prepared_on desc, id desc);
create index message_customer on message (customer_id, id desc);
create index message_manager on message (manager_id, prepared_on desc, id desc);

alter table message enable row level security;
alter table message force row level security;
create policy visible_customers on message using (
  (select current_setting('tierkeep.visible', true)) = 'all'
  or customer_id in (select unnest(nullif(current_setting('tierkeep.customers', true), '')::int[]))
  or manager_id in (select unnest(nullif(current_setting('tierkeep.managers', true), '')::int[]))
);
