-- lives with: 0006
-- Who of several servers does what only one may do (jobs/leading.py). It belongs to no workspace, and there is nothing
-- in it of anybody: a lease ends by itself, by this database's clock, unless its holder renews it.
create table lease (
    name text primary key check (name ~ '^[a-z][a-z_]{0,60}$'),
    holder uuid not null,
    term bigint not null default 1,
    until timestamptz not null
);
