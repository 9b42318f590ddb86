-- Models may advance on their own days only, and hold a tier for a time when the grade falls: where a customer stands on
-- that way belongs to the ledger, so that everything held of a tier can be told from it alone.
alter table tier_run add column advanced boolean not null default true;
alter table tier_assignment
  add column phase text,
  add column phase_since date,
  add column phase_tier smallint,
  add column phase_times smallint;
