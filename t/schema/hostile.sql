-- A database where everything that can be text is a payload of t/browser/payloads.json: values of every type that takes
-- text, keys, labels of enums, allowed values, comments, names of tables, columns, relations and constraints. For
-- t/browser/xss.mjs. The file's path is psql's variable `payloads`.
\set corpus `cat :'payloads'`
CREATE SCHEMA hostile;
SET search_path = hostile;

-- Not served: only the schema `hostile` is.
CREATE TABLE public.payload AS
SELECT row_number() OVER ()::integer AS id, each->>'kind' AS kind,
  repeat(each->>'text', coalesce((each->>'times')::integer, 1)) AS text
FROM jsonb_array_elements(:'corpus') AS each
WHERE each ? 'text';
-- What fits into a name.
CREATE VIEW public.short AS SELECT * FROM public.payload WHERE octet_length(text) <= 63;

-- --- keys ---------------------------------------------------------------------------------------------------------------
CREATE TABLE keyed (
  key   text PRIMARY KEY,
  note  text
);
INSERT INTO keyed SELECT text, text FROM public.payload WHERE octet_length(text) < 2000;

-- --- labels and allowed values -------------------------------------------------------------------------------------------
SELECT format('CREATE TYPE label AS ENUM (%s)', string_agg(quote_literal(text), ', ' ORDER BY id)) FROM public.short \gexec
CREATE TABLE enums (
  id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  label   label UNIQUE,
  labels  label[]
);
INSERT INTO enums (label, labels) SELECT text::label, ARRAY[text, text]::label[] FROM public.short ORDER BY id;

SELECT format('CREATE TABLE checked (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value text CHECK (value IN (%s)))',
  string_agg(quote_literal(text), ', ' ORDER BY id)) FROM public.payload WHERE kind <> 'long' \gexec
INSERT INTO checked (value) SELECT text FROM public.payload WHERE kind <> 'long' ORDER BY id;

-- --- values of every type that takes text ----------------------------------------------------------------------------------
CREATE DOMAIN word AS text CHECK (VALUE <> '');
CREATE TYPE pair AS (one text, two varchar);

-- XML cannot hold every character.
CREATE FUNCTION public.to_xml(words text) RETURNS xml LANGUAGE plpgsql AS $$
BEGIN
  RETURN xmlelement(NAME xss, xmlattributes(words AS a), words);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

CREATE TABLE texts (
  id        integer PRIMARY KEY,
  figure    double precision,
  words     text,
  varying_  varchar(100000),
  fixed     char(80),
  blank     bpchar,
  named     name,
  letter    "char",
  domained  word,
  json_     json,
  json_text json,
  jsonb_    jsonb,
  list      text[],
  varlist   varchar[],
  matrix    text[][],
  jsons     jsonb[],
  composite pair,
  pairs     pair[],
  markup    xml,
  bytes     bytea,
  vector    tsvector,
  link      text,
  mail      text,
  slug      text,
  choice    text,
  parent    text REFERENCES keyed,
  sibling   integer REFERENCES texts DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO texts
SELECT id, id * 1.5, text, text, left(text, 80), text, text::name, left(text, 1)::"char", text,
  json_build_object(text, text, 'list', ARRAY[text], 'deep', json_build_object(text, json_build_array(text))),
  to_json(text), jsonb_build_object(text, text, 'list', ARRAY[text]),
  ARRAY[text, NULL, '', text], ARRAY[text], ARRAY[ARRAY[text, text], ARRAY[text, text]], ARRAY[jsonb_build_object(text, text)],
  ROW(text, text)::pair, ARRAY[ROW(text, text)::pair], public.to_xml(text), convert_to(text, 'UTF8'), array_to_tsvector(ARRAY[text]),
  CASE WHEN id % 2 = 0 THEN text ELSE 'http://xss.invalid/' || text END, 'x@' || text, text, (ARRAY['a', 'b', text])[id % 3 + 1],
  (SELECT key FROM keyed WHERE key = text), id
FROM (SELECT id, CASE WHEN octet_length(text) > 2000 THEN left(text, 2000) ELSE text END AS text FROM public.payload) AS corpus;
INSERT INTO texts (id, words) SELECT id + 1000, text FROM public.payload WHERE kind = 'long';

-- --- comments ---------------------------------------------------------------------------------------------------------------
SELECT format('CREATE TABLE commented (id integer PRIMARY KEY, %s)', string_agg(format('c%s text', id), ', ' ORDER BY id))
FROM public.payload \gexec
SELECT format('COMMENT ON COLUMN commented.c%s IS %L', id, text) FROM public.payload ORDER BY id \gexec
COMMENT ON TABLE commented IS '</p></main><script data-xss>window.__xss=1</script>{{191*7}}<!--';
INSERT INTO commented (id, c1) VALUES (1, 'a row');

-- --- names ------------------------------------------------------------------------------------------------------------------
SELECT format('CREATE TABLE %I (id integer PRIMARY KEY, %I text, parent text REFERENCES keyed)', text, text || ' ') FROM public.short
WHERE octet_length(text) <= 62 AND text NOT IN ('id', 'parent') ORDER BY id \gexec
SELECT format('COMMENT ON TABLE %I IS %L', text, text) FROM public.short WHERE octet_length(text) <= 62 ORDER BY id \gexec
SELECT format('COMMENT ON COLUMN %I.%I IS %L', text, text || ' ', text) FROM public.short WHERE octet_length(text) <= 62 ORDER BY id \gexec
SELECT format('INSERT INTO %I VALUES (1, %L, %L)', text, text, text) FROM public.short WHERE octet_length(text) <= 62 ORDER BY id \gexec

-- Relations that are called so, and constraints that messages may name.
SELECT format('CREATE TABLE relations (id integer PRIMARY KEY, value text, CONSTRAINT %I CHECK (value <> ''wrong''), CONSTRAINT %I UNIQUE (value), %s)',
  '"><img src=check data-xss onerror=window.__xss=1>', '<script data-xss>"unique'' window.__xss=1</script>',
  string_agg(format('%I integer REFERENCES texts', left(text, 40) || '_id'), ', ' ORDER BY id))
FROM public.short WHERE kind IN ('core', 'attribute', 'json') AND octet_length(text) <= 60 \gexec
INSERT INTO relations (id, value) SELECT id, 'value ' || id FROM generate_series(1, 3) AS id;
DO $$
DECLARE attribute name;
BEGIN
  FOR attribute IN SELECT attname FROM pg_attribute WHERE attrelid = 'relations'::regclass AND attname LIKE '%\_id' LOOP
    EXECUTE format('UPDATE relations SET %I = id', attribute);
  END LOOP;
END $$;

CREATE VIEW "<script data-xss>view</script>" AS SELECT words AS "<b data-xss>words</b>", list AS "' data-xss='" FROM texts WHERE id < 20;
COMMENT ON VIEW "<script data-xss>view</script>" IS '<script data-xss>alert(1)</script>';

GRANT USAGE ON SCHEMA hostile TO site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA hostile TO site;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA hostile TO site;
ANALYZE;
