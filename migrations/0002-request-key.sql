-- Answers kept under the caller's Idempotency-Key, so that a repeated write answers as the first did.
create table request_key (
  key text not null,
  requester text not null,
  fingerprint text not null,
  status smallint,
  answer text,
  created_at timestamptz not null default now(),
  primary key (requester, key)
);
create index request_key_age on request_key (created_at);
