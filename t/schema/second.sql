-- A schema that is as different from the demo's as PostgreSQL allows: served with one directive by t/second_schema.t.
-- Nobody would make all of it on purpose; each part of it was found in somebody's database.
CREATE SCHEMA shop;
SET search_path = shop, public;

CREATE TYPE mood AS ENUM ('sad', 'so so', 'Happy, very');
CREATE TYPE "Point 3D" AS (x integer, y integer, "z z" text);
CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
CREATE DOMAIN code AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN moods AS mood[];
CREATE TYPE float_range AS RANGE (subtype = float8);

-- Every built-in type, NULL in one row.
CREATE TABLE every_type (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  b           boolean,
  i2          smallint,
  i4          integer,
  i8          bigint,
  f4          real,
  f8          double precision,
  n           numeric,
  n_scaled    numeric(8, 3),
  n_negative  numeric(5, -2),
  cash        money,
  t           text,
  vc          varchar(20),
  c           char(5),
  single      "char",
  nm          name,
  d           date,
  tm          time,
  tm_zoned    timetz,
  ts          timestamp,
  ts_zoned    timestamptz,
  span        interval,
  u           uuid,
  j           json,
  jb          jsonb,
  bin         bytea,
  addr        inet,
  net         cidr,
  mac         macaddr,
  mac8        macaddr8,
  bits        bit(4),
  var_bits    bit varying(8),
  o           oid,
  class       regclass,
  x           xml,
  spot        point,
  path_       path,
  disc        circle,
  tsv         tsvector,
  tsq         tsquery,
  lsn         pg_lsn,
  snap        pg_snapshot,
  jp          jsonpath,
  r_int       int4range,
  r_num       numrange,
  r_ts        tstzrange,
  r_own       float_range,
  multi       int4multirange,
  e           mood,
  dom         price,
  dom_moods   moods,
  comp        "Point 3D",
  comps       "Point 3D"[],
  a_int       integer[],
  a_text      text[],
  a_date      date[],
  a_mood      mood[],
  a_ts        timestamptz[],
  a_bool      boolean[],
  a_num       numeric(6, 2)[],
  a_json      jsonb[],
  a_bytes     bytea[],
  a_two       integer[][],
  made        integer GENERATED ALWAYS AS (i4 / 2) STORED
);
COMMENT ON TABLE every_type IS 'A table with "every" built-in <type>';
COMMENT ON COLUMN every_type.b IS 'Yes or no?';
INSERT INTO every_type (b, i2, i4, i8, f4, f8, n, n_scaled, n_negative, cash, t, vc, c, single, nm, d, tm, tm_zoned, ts,
  ts_zoned, span, u, j, jb, bin, addr, net, mac, mac8, bits, var_bits, o, class, x, spot, path_, disc, tsv, tsq, lsn, snap,
  jp, r_int, r_num, r_ts, r_own, multi, e, dom, dom_moods, comp, comps, a_int, a_text, a_date, a_mood, a_ts, a_bool, a_num,
  a_json, a_bytes, a_two)
VALUES (true, 1, 2, 3, 1.5, 2.25, 12345.6789, 1.5, 12300, '12.34', 'some "text"', 'vchar', 'ab', 'q', 'a_name', '2024-02-29',
  '12:34:56.789', '12:34:56+02', '2024-02-29 12:34:56', '2024-02-29 12:34:56.5+00', '1 year 2 mons 3 days 04:05:06.7',
  '00000000-0000-0000-0000-000000000001', '{"b": 1,  "a": [1, 2]}', '{"b": 1, "a": [1, 2]}', '\x00ff', '192.168.0.1/24',
  '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', B'1010', B'101', 42, 'every_type', '<a b="c">d</a>', '(1,2)',
  '((0,0),(1,1))', '<(0,0),2>', 'a fat cat', 'fat & cat', '16/B374D848', '10:20:10,14,15', '$.a[*]', '[1,5)', '(1.5,2.5]',
  '[2024-01-01 00:00+00,2025-01-01 00:00+00)', '[1.5,2.5]', '{[1,3),[5,7)}', 'Happy, very', 9.99, '{sad,"so so"}',
  '(1,2,"three, four")', ARRAY[ROW(1, 2, 'x')::"Point 3D"], '{1,2,3}', '{a,"b c","d,e","f\"g",NULL}', '{2024-02-29,2024-03-01}',
  '{sad,"Happy, very"}', '{"2024-02-29 12:34:56+00"}', '{t,f,NULL}', '{1.50,2.25}', ARRAY['{"a": 1}'::jsonb],
  '{"\\x00ff"}', '{{1,2},{3,4}}'),
  (false, -32768, -2147483648, -9223372036854775808, 'NaN', '-Infinity', 'NaN', -0.001, -100, '-1234567.89', '', '', '', '', '',
  'infinity', '00:00', '00:00:00-12', '-infinity', 'infinity', '-1 days -02:00', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'null',
  'null', '', '::1', '::/0', '00:00:00:00:00:00', '00:00:00:00:00:00:00:00', B'0000', B'', 0, 'pg_class', '<empty/>',
  '(0,0)', '[(0,0)]', '<(0,0),0>', '', 'x', '0/0', '1:1:', 'strict $', 'empty', '(,)', 'empty', 'empty', '{}', 'sad', 0, '{}',
  '(,,)', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (true, 32767, 1073741823, 9223372036854775807, 3.4e38, 1e-300, 1e40, 99999.999, 99900, '92233720368547758.07', E'line\nbreak\ttab',
  'äöü', 'ä', 'z', 'Z', '0044-03-15 BC', '24:00', '24:00:00+12', '0044-03-15 12:00:00 BC', '294276-12-31 23:59:59+00',
  '178000000 years', 'b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', '[1e400]', '[123456789012345678901234567890.5]', '\xdeadbeef',
  'fe80::1', '2001:db8::/32', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', B'1111', B'11111111', 4294967295, '-', '',
  '(1e300,NaN)', '[(0,0),(1,2)]', '<(1,1),Infinity>', '''it''''s'':1A', '''a'' <-> ''b''', 'FFFFFFFF/FFFFFFFF', '1:1:',
  'lax $."k"', '[-2147483648,2147483647)', '[NaN,)', '[-infinity,infinity]', '(,)', '{(,)}', 'so so', 99999999.99,
  '{"Happy, very"}', '(-1,-2,"""q""")', '{}', '{2147483647,NULL}', '{""," ","\\"}', '{infinity}', '{NULL}', '{infinity}', '{}',
  '{NaN}', '{}', '{}', '{{1},{2}}');
INSERT INTO every_type DEFAULT VALUES;

-- A text key of any characters, and rows that refer to it.
CREATE TABLE "Text Key" (
  "The Key" text PRIMARY KEY,
  "Größe"   integer,
  "a.b"     text,
  "Quo""te" text
);
COMMENT ON TABLE "Text Key" IS 'Names with spaces, dots, quotes and umlauts';
COMMENT ON COLUMN "Text Key"."Größe" IS 'Size';
INSERT INTO "Text Key" VALUES ('plain', 1, 'x', 'y'), ('a/b', 2, NULL, NULL), ('a.b', 3, NULL, NULL), ('a.json', 4, NULL, NULL),
  ('100%', 5, NULL, NULL), ('a b', 6, NULL, NULL), ('Zürich', 7, NULL, NULL), ('日本', 8, NULL, NULL), ('..', 9, NULL, NULL),
  ('.', 10, NULL, NULL), ('a?b#c', 11, NULL, NULL), ('a+b', 12, NULL, NULL), ('a&b=c;d', 13, NULL, NULL), ('"q"''s', 14, NULL, NULL),
  ('%2F', 15, NULL, NULL), ('~', 16, NULL, NULL), ('a\b', 17, NULL, NULL), ('<b>', 18, NULL, NULL), ('a,b', 19, NULL, NULL),
  (' lead', 20, NULL, NULL), ('trail ', 21, NULL, NULL), ('😀', 22, NULL, NULL), ('a//b/', 23, NULL, NULL), ('null', 24, NULL, NULL),
  ('x.api', 25, NULL, NULL), (E'tab\there', 26, NULL, NULL), (E'line\nbreak', 27, NULL, NULL), ('[1]{2}|^`', 28, NULL, NULL);
CREATE TABLE "Child" (
  id     bigserial PRIMARY KEY,
  parent text REFERENCES "Text Key",
  "PaReNt 2" text REFERENCES "Text Key" ("The Key")
);
INSERT INTO "Child" (parent, "PaReNt 2") VALUES ('a/b', 'plain'), ('a.b', NULL), (NULL, 'a/b'), ('100%', '100%');

-- Columns called like parameters, and names that hold the separator.
CREATE TABLE reserved (
  id       integer PRIMARY KEY,
  page     integer,
  "order"  integer,
  format   text,
  url      text,
  search   text,
  ordering text,
  filters  text,
  page_size integer,
  "limit"  integer,
  "user"   text,
  name__in text,
  name     text,
  name__   text,
  __proto__ text,
  "in"     integer,
  "exact"  integer,
  "select" integer,
  "x!"     integer,
  "a=b"    integer,
  "a&b"    integer,
  "ünï"    integer
);
INSERT INTO reserved VALUES (1, 10, 1, 'json', 'http://x/', 's', 'o', 'f', 1, 2, 'u', 'ni', 'n', 'n2', 'p', 1, 2, 3, 4, 5, 6, 7),
  (2, 20, 2, 'api', 'http://y/', 't', 'p', 'g', 3, 4, 'v', 'nj', 'm', 'm2', 'q', 11, 12, 13, 14, 15, 16, 17);

-- Two foreign keys to one table, a self-reference, a cycle of two tables.
CREATE TABLE person (
  id      serial PRIMARY KEY,
  name    text NOT NULL,
  boss    integer REFERENCES person,
  home    integer
);
CREATE TABLE place (
  id      serial PRIMARY KEY,
  title   text UNIQUE,
  mayor   integer REFERENCES person
);
ALTER TABLE person ADD FOREIGN KEY (home) REFERENCES place;
CREATE TABLE letter (
  id          serial PRIMARY KEY,
  sender_id   integer NOT NULL REFERENCES person,
  receiver_id integer REFERENCES person,
  words       text
);
INSERT INTO person (name) VALUES ('Ann'), ('Bob'), ('Cy');
INSERT INTO place (title, mayor) VALUES ('Here', 1), ('There', 2), ('Nowhere', NULL);
UPDATE person SET boss = 1, home = 1 WHERE id = 2;
UPDATE person SET boss = 2, home = 2 WHERE id = 3;
UPDATE person SET boss = 1 WHERE id = 1;
INSERT INTO letter (sender_id, receiver_id, words) VALUES (1, 2, 'hello'), (2, 1, 'hello yourself'), (3, NULL, 'anyone?'), (1, 3, 'hm');

-- Composite keys, a composite foreign key, a join table with more than two columns.
CREATE TABLE flight (
  airline char(2),
  number  integer,
  day     date,
  price   numeric(8, 2),
  PRIMARY KEY (airline, number, day)
);
INSERT INTO flight VALUES ('LH', 1, '2024-01-01', 99.5), ('LH', 1, '2024-01-02', 89), ('BA', 7, '2024-01-01', NULL);
CREATE TABLE seat (
  id      serial PRIMARY KEY,
  airline char(2), number integer, day date,
  label   text,
  FOREIGN KEY (airline, number, day) REFERENCES flight
);
INSERT INTO seat (airline, number, day, label) VALUES ('LH', 1, '2024-01-01', '1A'), ('LH', 1, '2024-01-01', '1B'), (NULL, NULL, NULL, 'loose'),
  ('BA', 7, '2024-01-01', '9F');
CREATE TABLE person_place (
  person_id integer REFERENCES person, place_id integer REFERENCES place, since date DEFAULT '2020-01-01',
  PRIMARY KEY (person_id, place_id)
);
INSERT INTO person_place VALUES (1, 1), (1, 2), (2, 1);
CREATE TABLE pure_join (
  person_id integer REFERENCES person, place_id integer REFERENCES place, PRIMARY KEY (person_id, place_id)
);
INSERT INTO pure_join VALUES (1, 3), (2, 3), (2, 1);

-- No key, no rows, no columns.
CREATE TABLE keyless (a integer, b text);
INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
CREATE TABLE empty_table (id integer PRIMARY KEY, word text, born date);
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;

-- Keys of other types.
CREATE TABLE by_uuid (id uuid PRIMARY KEY, word text);
INSERT INTO by_uuid VALUES ('b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', 'one');
CREATE TABLE by_date (day date PRIMARY KEY, word text);
INSERT INTO by_date VALUES ('2024-02-29', 'leap');
CREATE TABLE by_time (at timestamptz PRIMARY KEY, word text);
INSERT INTO by_time VALUES ('2024-02-29 12:34:56.5+00', 'then');
CREATE TABLE by_enum (feel mood PRIMARY KEY, word text);
INSERT INTO by_enum VALUES ('so so', 'meh'), ('Happy, very', 'yes');
CREATE TABLE by_number (amount numeric(6, 2) PRIMARY KEY, word text);
INSERT INTO by_number VALUES (1.5, 'one and a half'), (-2, 'minus two');
CREATE TABLE by_inet (addr inet PRIMARY KEY, word text);
INSERT INTO by_inet VALUES ('10.0.0.1', 'ten'), ('10.0.0.0/8', 'net'), ('::1', 'six');
CREATE TABLE by_char (letter char(3) PRIMARY KEY, word text);
INSERT INTO by_char VALUES ('a', 'first'), ('bcd', 'full');
CREATE TABLE by_bytes (raw bytea PRIMARY KEY, word text);
INSERT INTO by_bytes VALUES ('\x00ff', 'bytes');
CREATE TABLE by_float (f double precision PRIMARY KEY, word text);
INSERT INTO by_float VALUES (1.5, 'x'), (0.1, 'y'), (1e100, 'big'), ('NaN', 'not');
CREATE TABLE by_bool (yes boolean PRIMARY KEY, word text);
INSERT INTO by_bool VALUES (true, 'yes'), (false, 'no');
CREATE TABLE by_money (cost money PRIMARY KEY, word text);
INSERT INTO by_money VALUES ('12.34', 'x');
CREATE TABLE by_span (span interval PRIMARY KEY, word text);
INSERT INTO by_span VALUES ('1 day 02:00', 'x');
CREATE TABLE by_range (r int4range PRIMARY KEY, word text);
INSERT INTO by_range VALUES ('[1,5)', 'x');
CREATE TABLE by_domain (c code PRIMARY KEY, word text);
INSERT INTO by_domain VALUES ('ABC', 'x');
CREATE TABLE by_array (a integer[] PRIMARY KEY, word text);
INSERT INTO by_array VALUES ('{1,2}', 'x');
CREATE TABLE refers_all (
  id integer PRIMARY KEY, u uuid REFERENCES by_uuid, d date REFERENCES by_date, t timestamptz REFERENCES by_time,
  e mood REFERENCES by_enum, n numeric(6, 2) REFERENCES by_number, i inet REFERENCES by_inet, c char(3) REFERENCES by_char,
  f double precision REFERENCES by_float, b boolean REFERENCES by_bool, m money REFERENCES by_money, s interval REFERENCES by_span,
  r int4range REFERENCES by_range, a integer[] REFERENCES by_array, raw bytea REFERENCES by_bytes, k code REFERENCES by_domain
);
INSERT INTO refers_all VALUES (1, 'b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', '2024-02-29', '2024-02-29 12:34:56.5+00', 'so so', 1.5,
  '10.0.0.1', 'a', 1.5, true, '12.34', '1 day 02:00', '[1,5)', '{1,2}', '\x00ff', 'ABC');

-- Views, a materialised view, a partitioned table, names of all sorts.
CREATE VIEW "Happy View" AS SELECT name AS "Who Is It", id FROM person;
COMMENT ON VIEW "Happy View" IS 'A view has no key';
CREATE MATERIALIZED VIEW person_count AS SELECT boss, count(*) AS n FROM person GROUP BY boss;
CREATE UNIQUE INDEX ON person_count (boss);
CREATE TABLE measured (id bigint GENERATED BY DEFAULT AS IDENTITY, day date NOT NULL, value real, PRIMARY KEY (day, id))
  PARTITION BY RANGE (day);
CREATE TABLE measured_2023 PARTITION OF measured FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE measured_2024 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO measured (day, value) VALUES ('2023-05-05', 1.25), ('2024-05-05', 2.5);
CREATE TABLE "dotted.name" (id integer PRIMARY KEY, "x.y" text);
INSERT INTO "dotted.name" VALUES (1, 'dot');
CREATE TABLE "with/slash" (id integer PRIMARY KEY, word text);
INSERT INTO "with/slash" VALUES (1, 'slash');
CREATE TABLE "Übergröße €" (id integer PRIMARY KEY, "naïve" text);
INSERT INTO "Übergröße €" VALUES (1, 'unicode');
CREATE TABLE "CamelCase" ("Id" integer PRIMARY KEY, "someColumn" text);
INSERT INTO "CamelCase" VALUES (1, 'camel');
CREATE TABLE "%percent" (id integer PRIMARY KEY);
INSERT INTO "%percent" VALUES (1);
CREATE TABLE "json" (id integer PRIMARY KEY);
INSERT INTO "json" VALUES (1);
CREATE TABLE ".json" (id integer PRIMARY KEY);
INSERT INTO ".json" VALUES (1);
CREATE TABLE "table.json" (id integer PRIMARY KEY);
INSERT INTO "table.json" VALUES (1);
CREATE TABLE "table" (id integer PRIMARY KEY);
INSERT INTO "table" VALUES (2);

-- Only a unique column that may be NULL; one that may not.
CREATE TABLE unique_null (code text UNIQUE, word text);
INSERT INTO unique_null VALUES (NULL, 'nothing'), ('a', 'something');
CREATE TABLE unique_only (code text UNIQUE NOT NULL, word text);
INSERT INTO unique_only VALUES ('k1', 'something');
-- A foreign key to a unique column that is not the primary key.
CREATE TABLE points_at_unique (id integer PRIMARY KEY, code text REFERENCES unique_only (code), title text REFERENCES place (title));
INSERT INTO points_at_unique VALUES (1, 'k1', 'Here'), (2, NULL, NULL);

-- Case-insensitive text, where the extension is installed.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') THEN
    CREATE EXTENSION citext SCHEMA public;
    CREATE TABLE folded (email public.citext PRIMARY KEY, other public.citext);
    INSERT INTO folded VALUES ('Ann@Example.com', 'ANN'), ('bob@example.com', NULL);
  END IF;
END
$$;

GRANT USAGE ON SCHEMA shop TO site;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO site;
ANALYZE;
