-- What mod_site itself keeps in the database: answers to requests that carried
-- an Idempotency-Key, so that any server can give them again. As the owner of
-- the database, as often as you like:
--     psql -v ON_ERROR_STOP=1 -f mod_site.sql DATABASE
-- The role that the site connects as is called site, or given by -v role=NAME.
-- mod_site never exposes this schema, and never creates anything in it.
\if :{?role}
\else
    \set role site
\endif
CREATE SCHEMA IF NOT EXISTS mod_site;
CREATE TABLE IF NOT EXISTS mod_site.idempotency (
  scope        text NOT NULL,
  key          text NOT NULL,
  fingerprint  text NOT NULL,
  expires      timestamptz NOT NULL,
  status       smallint,
  content_type text,
  location     text,
  etag         text,
  body         text,
  PRIMARY KEY (scope, key)
);
CREATE INDEX IF NOT EXISTS idempotency_expires ON mod_site.idempotency (expires);
REVOKE ALL ON SCHEMA mod_site FROM PUBLIC;
GRANT USAGE ON SCHEMA mod_site TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON mod_site.idempotency TO :"role";
