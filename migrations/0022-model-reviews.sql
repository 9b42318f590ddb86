-- Somebody looked at a model and found that it still holds. A new version is looked at when it is published.
create table model_review (
  review bigint generated always as identity primary key,
  model text not null,
  version int not null,
  note text,
  reviewed_by text not null,
  reviewed_at timestamptz not null default clock_timestamp(),
  foreign key (model, version) references tier_model_version
);
create index model_review_newest on model_review (model, review desc);
