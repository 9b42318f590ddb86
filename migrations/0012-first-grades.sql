-- A first grade is no move: the two are counted apart. What earlier runs counted together is told apart by the ledger.
alter table tier_run add column first_graded int not null default 0;
update tier_run set first_graded = firsts.n, moved = moved - firsts.n
from (select run, count(*)::int as n from tier_assignment where from_tier is null group by run) firsts
where tier_run.run = firsts.run;
