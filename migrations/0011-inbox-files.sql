-- What was read of a folder of the inbox, file by file: a day's file that is added does not have the years before it read again.
alter table inbox_folder drop column fingerprint;
alter table inbox_folder add column files jsonb not null default '{}';
