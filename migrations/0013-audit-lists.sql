-- The audit trail is asked for by who, what, whom and when, newest first.
create index audit_entry_actor on audit_entry (actor, id);
create index audit_entry_action on audit_entry (action, id);
create index audit_entry_at on audit_entry (at);
create index audit_entry_customer on audit_entry ((detail ->> 'customer'), id) where detail ->> 'customer' is not null;
