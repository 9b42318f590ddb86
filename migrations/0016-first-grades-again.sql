-- What 0012 meant to do where runs were there before it: the ledger's rows are seen by nobody unless told, so it found none.
-- Runs since then counted their first grades apart themselves, and are left alone.
select set_config('tierkeep.visible', 'all', true);
update tier_run set first_graded = firsts.n, moved = moved - firsts.n
from (select run, count(*)::int as n from tier_assignment where from_tier is null group by run) firsts
where tier_run.run = firsts.run and first_graded = 0;
