#!/bin/bash
# Run once, by the first start of PostgreSQL: the logins and roles of docs/decisions/0006-three-roles.md.
# `migrator` may change tables; `web`, with which the nodes work, may not.
set -euo pipefail

secret() { tr -d '\n' < "${SECRETS_FOLDER:-/run/secrets}/$1"; }

psql --set=ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set=migrator_password="$(secret migrator_password)" --set=web_password="$(secret web_password)" <<'SQL'
create role alongside_owner;
create role alongside_server;
create role alongside_jobs;
create role migrator login password :'migrator_password';
create role web login password :'web_password';
grant alongside_owner to migrator;
grant alongside_server, alongside_jobs to web;
create database alongside owner migrator;
revoke connect on database alongside from public;
grant connect on database alongside to web;
SQL
