-- The role that the site connects as. It may read and write rows and nothing
-- else: no DDL, no other role's rights. It gets its password from whoever sets
-- the site up (ALTER ROLE site PASSWORD ...); until then nobody can log in.
SELECT 'CREATE ROLE site LOGIN' WHERE to_regrole('site') IS NULL \gexec
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO site;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO site;
-- Tables that the same owner makes later are the site's to serve as well.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO site;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO site;
