-- Fills a fresh database with the demo: tables, rows, the site's role, and the
-- event triggers that tell a running site about changes. As a superuser, from
-- the top of the clone:
--     psql -v ON_ERROR_STOP=1 -f website/database/load.sql DATABASE
-- and from anywhere else with this folder's path in the variable dir:
--     psql -v ON_ERROR_STOP=1 -v dir=/path/to/website/database -f .../load.sql
-- All of it comes in one transaction: a database is loaded whole or not at all.
\set ON_ERROR_STOP on
\if :{?dir}
\else
    \set dir website/database
\endif
\cd :dir
BEGIN;
\ir schema.sql
\ir data.sql
\ir grants.sql
\ir notify.sql
\ir mod_site.sql
COMMIT;
VACUUM ANALYZE;
