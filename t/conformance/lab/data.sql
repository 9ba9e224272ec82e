SET search_path = lab, public;
SET timezone = 'UTC';
-- n bits of md5, as a number
CREATE FUNCTION h(text, int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT (('x' || substr(md5($1), 1, 7))::bit(28)::int) % $2 $$;

INSERT INTO country VALUES
 ('FR', 'France', 'FRA', '€', 643801.000, 2957880.1230, 68042591, '1958-10-04', false, '{blue,white,red}', 33),
 ('DE', 'Germany', 'DEU', '€', 357592.500, 4456081.0000, 84482267, '1871-01-18', false, '{black,red,gold}', 49),
 ('CH', 'Switzerland', 'CHE', 'Fr.', 41285.125, 884940.4000, 8960817, '1291-08-01', true, '{red,white}', 41),
 ('US', 'United States', 'USA', '$', 9833517.000, 27720709.0000, 334914895, '1776-07-04', false, '{red,white,blue}', 1),
 ('JP', 'Japan', 'JPN', '¥', 377975.240, 4212945.1597, 124516650, '0660-02-11', false, '{white,red}', 81),
 ('CI', 'Côte d''Ivoire', 'CIV', 'CFA', 322463.000, NULL, 29344847, '1960-08-07', false, '{orange,white,green}', 225),
 ('LI', 'Liechtenstein', 'LIE', 'Fr.', 160.000, 7710.0000, 39584, '1806-07-12', true, '{blue,red}', 423),
 ('AQ', 'Antarctica', 'ATA', NULL, 14200000.000, NULL, NULL, NULL, NULL, '{}', 672),
 ('XK', 'Kosovo', NULL, '€', 10887.000, 10438.3456, 1586659, '2008-02-17', true, '{blue,yellow,white}', 383),
 ('VA', 'Vatican City', 'VAT', '€', 0.490, NULL, 764, '1929-02-11', true, '{yellow,white}', NULL),
 ('BR', 'Brazil', 'BRA', 'R$', 8510346.000, 2173665.6550, 203080756, '1822-09-07', false, '{green,yellow,"royal blue"}', 55),
 ('TR', 'İstanbul Türkiye', 'TUR', '₺', 783562.000, 1108022.3700, 85279553, '1923-10-29', false, '{red,white}', 90);

INSERT INTO institute
SELECT md5('i' || n)::uuid,
  (ARRAY['museum', 'lab', 'garden', 'archive', 'zoo'])[n % 5 + 1] || '-' || n,
  (ARRAY['Museum of Natural History', 'Royal Garden', 'Übersee-Archiv', 'Zoo & Friends', 'Laboratoire d''écologie', '100% Insects', 'snake_case Institute'])[n % 7 + 1] || CASE WHEN n % 4 = 0 THEN '' ELSE ' ' || n END,
  (SELECT code FROM country ORDER BY code OFFSET h('c' || n, 12) LIMIT 1),
  CASE WHEN n > 5 AND n % 3 <> 0 THEN md5('i' || n / 4 + 1)::uuid END,
  n % 3 + 1,
  (ARRAY['planned', 'open', 'on hold', 'closed'])[h('s' || n, 4) + 1]::status,
  CASE WHEN n % 5 > 0 THEN 'https://example.org/' || n || '?a=b&c=%20d' END,
  CASE WHEN n % 4 > 0 THEN 'info' || n || '@example.org' END,
  CASE WHEN n % 6 > 0 THEN date '1750-01-01' + h('o' || n, 95000) END,
  CASE WHEN n % 7 > 0 THEN (h('b' || n, 100000000)::numeric / 100 + n)::numeric(14,2) END,
  CASE WHEN n % 8 > 0 THEN (h('r' || n, 50) / 10.0)::real END,
  CASE WHEN n % 3 > 0 THEN time '08:00' + (h('f' || n, 8) * interval '15 minutes') END,
  CASE WHEN n % 3 > 0 THEN time '16:00' + (h('t' || n, 80) * interval '90.5 seconds') END,
  CASE WHEN n % 4 = 0 THEN ('10.0.' || n || '.1')::inet WHEN n % 4 = 1 THEN ('2001:db8::' || to_hex(n))::inet END,
  timestamptz '2021-03-13 12:00:00+00' + h('z' || n, 86400000) * interval '1 second' + CASE WHEN n % 2 = 0 THEN interval '123456 microseconds' ELSE interval '0' END,
  CASE h('g' || n, 4) WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['public'] WHEN 2 THEN ARRAY['public', 'north wing'] ELSE ARRAY['a,b', 'ü', '"q"'] END,
  CASE WHEN n % 5 = 0 THEN NULL WHEN n % 5 = 1 THEN '{}'::jsonb ELSE jsonb_build_object('phone', '+' || n, 'floors', n % 4, 'open', n % 2 = 0, 'rooms', jsonb_build_array(n, n + 1, NULL)) END,
  CASE WHEN n % 2 = 0 THEN n * 1000 END
FROM generate_series(1, 40) n ORDER BY n;

INSERT INTO person
SELECT n,
  (ARRAY['Ada', 'Benoît', 'Chloë', 'Dmitri', 'Éva', 'Franz', 'Günter', 'Hana', 'İlkay', 'José'])[h('a' || n, 10) + 1] || ' ' ||
  (ARRAY['O''Neil', 'de la Cruz', 'Müller', 'Smith', 'von Humboldt', 'Nguyễn', '山田', 'Ångström'])[h('b' || n, 8) + 1],
  CASE WHEN n % 2 = 0 THEN 'User' ELSE 'user' END || n,
  CASE WHEN n % 5 > 0 THEN md5('i' || h('p' || n, 40) + 1)::uuid END,
  CASE WHEN n % 3 = 0 THEN md5('i' || h('q' || n, 40) + 1)::uuid END,
  CASE WHEN n > 3 AND n % 4 > 0 THEN h('m' || n, n - 1) + 1 END,
  CASE WHEN n % 7 > 0 THEN date '1940-01-01' + h('d' || n, 22000) END,
  CASE WHEN n % 6 > 0 THEN (h('e' || n, 9000000)::numeric / 100)::numeric(9,2) END,
  CASE WHEN n % 4 > 0 THEN (h('h' || n, 400) / 10.0)::real END,
  CASE h('l' || n, 4) WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['en'] WHEN 2 THEN ARRAY['en', 'fr'] ELSE ARRAY['de', 'fr', 'ja'] END,
  n % 5 <> 2,
  CASE n % 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'likes 100% of_all snakes' ELSE 'note ' || n || ' "quoted", comma' END
FROM generate_series(1, 120) n ORDER BY n;
SELECT setval('person_id_seq', 120);

INSERT INTO profile
SELECT n, CASE WHEN n % 3 = 0 THEN '' ELSE 'Bio of ' || n || E'\nsecond line \u2028 \u00e9' END, CASE WHEN n % 4 = 0 THEN decode(md5('ph' || n), 'hex') END,
  jsonb_build_object('theme', (ARRAY['dark', 'light'])[n % 2 + 1], 'n', n, 'f', n / 4.0, 'deep', jsonb_build_object('a', jsonb_build_array(1, jsonb_build_object('b', NULL)))),
  n % 4, CASE WHEN n % 3 > 0 THEN md5('badge' || n)::uuid END
FROM generate_series(1, 120, 2) n ORDER BY n;

INSERT INTO taxon
SELECT n, upper(substr(md5('t' || n), 1, 3)) || '-' || n, (ARRAY['Lepidoptera', 'Aves', 'Felis catus', 'Quercus', 'Rosa × alba'])[n % 5 + 1] || ' ' || n,
  (ARRAY['order', 'family', 'genus', 'species'])[CASE WHEN n <= 4 THEN 1 WHEN n <= 12 THEN 2 WHEN n <= 28 THEN 3 ELSE 4 END],
  CASE WHEN n <= 4 THEN NULL WHEN n <= 12 THEN h('u' || n, 4) + 1 WHEN n <= 28 THEN h('u' || n, 8) + 5 ELSE h('u' || n, 16) + 13 END,
  CASE WHEN n % 3 > 0 THEN (ARRAY['L.', 'Müll.', '(Gray) Smith'])[n % 3 + 1] END
FROM generate_series(1, 60) n ORDER BY n;
SELECT setval('taxon_id_seq', 60);

INSERT INTO keyword VALUES ('red', 'Red things', 1.5), ('dry plant', 'Dried', NULL), ('a.b', 'Dotted', 2), ('50%', 'Half', 0.1), ('größe', 'Size', 1e20),
 ('x+y', 'Plus', -1), ('tilde~', 'Tilde', 3.25), ('Red', 'Upper', NULL), ('wet', 'Wet things', 1e-7), ('rare', 'Rare red', 105), ('q?', 'Question', 7), ('h#1', 'Hash', 8),
 ('a&b', 'And', 9), ('json', 'Not a format', 10);

INSERT INTO specimen
SELECT 9007199254740993 + n * 7,
  CASE n % 4 WHEN 0 THEN 'B/' || n || '.20' || lpad((n % 30)::text, 2, '0') WHEN 1 THEN 'K ' || n WHEN 2 THEN 'ü-' || n || '%' ELSE 'no_' || n END,
  (SELECT code FROM taxon WHERE id = h('tx' || n, 50) + 11),
  md5('i' || h('in' || n, 40) + 1)::uuid,
  CASE WHEN n % 5 > 0 THEN h('co' || n, 120) + 1 END,
  CASE WHEN n % 3 > 0 THEN h('de' || n, 120) + 1 END,
  CASE WHEN n % 9 > 0 THEN date '1890-01-01' + h('cd' || n, 48000) END,
  CASE WHEN n % 7 > 0 THEN CASE
     WHEN n % 10 = 3 THEN timestamptz '2021-03-14 05:30:00+00' + (n % 40) * interval '7 minutes'
     WHEN n % 10 = 6 THEN timestamptz '2021-11-07 04:30:00+00' + (n % 40) * interval '7 minutes'
     ELSE timestamptz '2019-01-01 00:00:00+00' + h('ca' || n, 100000000) * interval '1 second' + (n % 3) * interval '250 milliseconds' END END,
  CASE WHEN n % 4 > 0 THEN h('pr' || n, 2000000) * interval '1 second' + (n % 5) * interval '0.5 second' - interval '2 days' END,
  CASE WHEN n % 6 > 0 THEN (h('we' || n, 10000000)::numeric / 10000)::numeric(10,4) END,
  CASE WHEN n % 5 > 0 THEN h('le' || n, 1000000) / 7.0 END,
  CASE WHEN n % 4 > 0 THEN (h('wi' || n, 1000) / 10.0)::real END,
  h('cn' || n, 50),
  CASE WHEN n % 3 > 0 THEN h('cl' || n, 10) END,
  (ARRAY['holo', 'para', 'lecto', 'none'])[h('ty' || n, 4) + 1],
  CASE WHEN n % 2 = 0 THEN h('or' || n, 20) END,
  CASE WHEN n % 3 = 0 THEN h('pa' || n, 9) END,
  (ARRAY['json', 'api', 'xml', NULL])[n % 4 + 1],
  (ARRAY['m', 'f', NULL])[h('sx' || n, 3) + 1],
  CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END,
  CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY[n] WHEN 2 THEN ARRAY[1, 2, n] ELSE ARRAY[3, NULL, 5] END,
  CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY[date '2020-01-01' + n, date '2021-12-31'] END,
  CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN ARRAY[n / 4.0, 1e-7, 1e16] ELSE '{}' END,
  CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '[]' WHEN 2 THEN to_jsonb(n) WHEN 3 THEN jsonb_build_object('colour', 'red', 'legs', n % 9) ELSE jsonb_build_array('a', n, true) END,
  md5('gu' || n)::uuid,
  CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 'red dry leaf' WHEN 2 THEN 'Blatt, trocken' WHEN 3 THEN 'RED 50% wet' ELSE 'x' || n END
FROM generate_series(1, 400) n ORDER BY n;

INSERT INTO specimen_keyword (specimen_id, keyword_id)
SELECT s.id, k.word FROM specimen s JOIN keyword k ON h(s.id::text || k.word, 6) = 0 ORDER BY s.id, k.word;

INSERT INTO loan (specimen_id, institute_id, since, until, fee)
SELECT 9007199254740993 + (h('ls' || n, 400) + 1) * 7, md5('i' || h('li' || n, 40) + 1)::uuid, date '2015-01-01' + n, CASE WHEN n % 3 > 0 THEN date '2016-01-01' + n * 2 END,
  CASE WHEN n % 4 > 0 THEN (h('lf' || n, 100000)::numeric / 1000)::numeric(8,3) END
FROM generate_series(1, 300) n ORDER BY n;

INSERT INTO event (at, local_time, specimen_id, kind, severity, message, took, value)
SELECT timestamptz '2022-06-01 00:00:00+00' + (n / 3) * interval '37 minutes' + CASE WHEN n % 3 = 0 THEN interval '0' ELSE (n % 2) * interval '1500 milliseconds' END,
  CASE WHEN n % 4 > 0 THEN timestamp '2022-06-01 00:00:00' + n * interval '41.125 minutes' END,
  CASE WHEN n % 4 > 0 THEN 9007199254740993 + (h('ev' || n, 400) + 1) * 7 END,
  (ARRAY['scan', 'move', 'clean'])[h('ek' || n, 3) + 1], h('es' || n, 5),
  CASE WHEN n % 3 > 0 THEN 'event ' || n END, CASE WHEN n % 5 > 0 THEN h('et' || n, 5000) * interval '10 milliseconds' END,
  CASE WHEN n % 6 > 0 THEN h('ew' || n, 900000) END
FROM generate_series(1, 500) n ORDER BY n;

INSERT INTO "MixedCase" SELECT n, CASE WHEN n % 4 > 0 THEN 'Value ' || n END, n % 5, CASE WHEN n % 3 > 0 THEN 'find me ' || n END, n % 2 = 0 FROM generate_series(1, 25) n ORDER BY n;
DROP FUNCTION h(text, int);
