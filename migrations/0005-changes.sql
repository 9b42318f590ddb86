-- What happened that later features want to know of: appended in the transaction that does it, and read by each of them with
-- a place of its own. An entry names a whole (a run), never each customer: the ledgers tell those.
create table change (
  id bigint generated always as identity primary key,
  kind text not null,
  detail jsonb not null default '{}',
  happened_at timestamptz not null default clock_timestamp()
);

create table change_reader (
  reader text primary key,
  read_to bigint not null
);

-- Movements of one run are read again by those who follow it. The ledger grows in the order of runs, so ranges of pages are enough
-- of an index: it costs nothing while a million rows are written.
create index tier_assignment_runs on tier_assignment using brin (run);
