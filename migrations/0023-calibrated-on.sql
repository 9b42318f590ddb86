-- As of which day the numbers a run applied were fitted: models may ask for new ones every month.
alter table tier_run add column calibrated_on date;
update tier_run set calibrated_on = (
  select min(first.as_of) from tier_run as first where first.model = tier_run.model and first.calibration = tier_run.calibration
);
