-- What a manager or a branch was owed in a quarter: without it, everybody's obligations of the quarter are read to find theirs.
create index obligation_manager on obligation (manager_id, due_on);
