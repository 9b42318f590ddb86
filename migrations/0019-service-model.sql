-- Several models run side by side; this one's tiers are what staff see first. Nobody said: the model that was published first.
create table service_model (
  single boolean primary key default true check (single),
  model text not null,
  named_by text not null,
  named_at timestamptz not null default clock_timestamp()
);
