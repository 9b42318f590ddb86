-- Why a change was asked for, in the words of who asked: what whoever approves it reads first.
alter table tier_proposal add column note text;
