-- Facts that arrive one by one stand in one batch an hour of each sender.
alter table import_batch add column live boolean not null default false;
