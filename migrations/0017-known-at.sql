-- A run may speak of a day as it was known on another: what was recorded, published and decided by then.
alter table tier_run add column known_at text;
