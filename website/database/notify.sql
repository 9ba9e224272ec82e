-- Tells a running site that the catalogue changed: mod_site listens on the
-- channel mod_site_catalog and reads the catalogue anew. Without these triggers
-- it notices as well, only later, when it next compares a fingerprint.
-- May be run again at any time, in any database. Needs a superuser.
CREATE SCHEMA IF NOT EXISTS mod_site;

-- A search_path of its own: event triggers run in everybody's session.
CREATE OR REPLACE FUNCTION mod_site.notify_changed() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    -- Another session's temporary table is nobody's resource.
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands()
               WHERE schema_name IS DISTINCT FROM 'pg_temp') THEN
        PERFORM pg_notify('mod_site_catalog', tg_tag);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION mod_site.notify_dropped() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects()
               WHERE NOT is_temporary) THEN
        PERFORM pg_notify('mod_site_catalog', tg_tag);
    END IF;
END $$;

DROP EVENT TRIGGER IF EXISTS mod_site_changed;
CREATE EVENT TRIGGER mod_site_changed ON ddl_command_end
    EXECUTE FUNCTION mod_site.notify_changed();
DROP EVENT TRIGGER IF EXISTS mod_site_dropped;
CREATE EVENT TRIGGER mod_site_dropped ON sql_drop
    EXECUTE FUNCTION mod_site.notify_dropped();
