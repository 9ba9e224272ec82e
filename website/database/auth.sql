-- Tables for signing in by token or by a browser's session: for SiteTokenTable
-- mod_site.token and SiteSessionTable mod_site.session. Neither holds what a
-- client shows, only its SHA-256. As the owner of the database, as often as you
-- like:
--     psql -v ON_ERROR_STOP=1 -f auth.sql DATABASE
-- The role that the site connects as is called site, or given by -v role=NAME.
--
-- Tokens of Django REST framework move over as they are:
--     INSERT INTO mod_site.token (hash, username, created)
--     SELECT sha256(convert_to(t.key, 'UTF8')), u.username, t.created
--     FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id;
\if :{?role}
\else
    \set role site
\endif
CREATE SCHEMA IF NOT EXISTS mod_site;

CREATE TABLE IF NOT EXISTS mod_site.token (
    hash bytea PRIMARY KEY,
    username text NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    expires timestamptz
);
CREATE INDEX IF NOT EXISTS token_username ON mod_site.token (username, created);
CREATE INDEX IF NOT EXISTS token_expires ON mod_site.token (expires);

-- stamp: SHA-256 of what stands in the user's password column; another password
-- there ends the session.
CREATE TABLE IF NOT EXISTS mod_site.session (
    hash bytea PRIMARY KEY,
    username text NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    expires timestamptz,
    stamp bytea
);
CREATE INDEX IF NOT EXISTS session_username ON mod_site.session (username, created);
CREATE INDEX IF NOT EXISTS session_expires ON mod_site.session (expires);

REVOKE ALL ON SCHEMA mod_site FROM PUBLIC;
GRANT USAGE ON SCHEMA mod_site TO :"role";
GRANT SELECT, INSERT, DELETE ON mod_site.token, mod_site.session TO :"role";
