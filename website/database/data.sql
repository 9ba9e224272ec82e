-- Rows of the demo: read from the CSV files in the current folder (load.sql goes
-- there). Every synthesised value is a pure function of md5(row key): no
-- random(), no now(), so that every load gives the same rows.

SET LOCAL timezone = 'UTC';
CREATE FUNCTION pg_temp.h(k text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT ('x' || substr(md5(k), 1, 15))::bit(60)::bigint $$;

CREATE TEMP TABLE c_raw (id int, abbr text, name text, label_ra float8, label_dec float8);
\copy c_raw FROM 'constellation.csv' CSV HEADER
INSERT INTO constellation
SELECT id, abbr, name, label_ra, label_dec, label_dec >= 0,
       CASE WHEN id % 3 = 0 THEN 'Label at ' || round(label_ra::numeric, 1) || '°, ' || round(label_dec::numeric, 1) || '°' END
FROM c_raw ORDER BY id;

INSERT INTO spectral_class VALUES
 ('O','Blue, ionised helium',30000,NULL,'blue'), ('B','Blue-white, neutral helium',10000,30000,'blue-white'),
 ('A','White, strong hydrogen',7500,10000,'white'), ('F','Yellow-white, ionised metals',6000,7500,'yellow-white'),
 ('G','Yellow, like the Sun',5200,6000,'yellow'), ('K','Orange, neutral metals',3700,5200,'orange'),
 ('M','Red, titanium oxide',2400,3700,'red'), ('C','Carbon star',NULL,3500,'red'),
 ('S','Zirconium oxide',NULL,3500,NULL), ('N','Carbon star (old N class)',NULL,3100,'deep red'),
 ('W','Wolf–Rayet',30000,NULL,'blue'), ('D','White dwarf (100% degenerate)',NULL,NULL,NULL);

CREATE TEMP TABLE site_raw (id int, city text, country text, lat float8, lon float8, tz numeric, elev float4);
\copy site_raw FROM 'site.csv' CSV HEADER
INSERT INTO observer
SELECT id, f || ' ' || l,
       'obs' || id || '.' || substr(md5('em' || id), 1, 4) || CASE WHEN id % 4 = 0 THEN '@Example.ORG' ELSE '@example.net' END,
       DATE '1995-01-01' + (pg_temp.h('oj' || id) % 10500)::int,
       CASE WHEN id % 23 <> 0 THEN city END, country, lat, lon, elev, tz,
       CASE WHEN id % 5 <> 0 THEN TIME '17:00' + make_interval(secs => pg_temp.h('ot' || id) % 18000, mins => 0) + CASE WHEN id % 7 = 0 THEN interval '0.25 s' ELSE interval '0' END END,
       CASE WHEN id % 6 = 0 THEN NULL WHEN id % 11 = 0 THEN ('2001:db8::' || to_hex(id))::inet
            ELSE ('192.0.2.' || id % 256)::inet END,
       id % 9 <> 0, NULL,
       CASE id % 8 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'Uses "quotes" & <tags> at 100%_really'
            WHEN 3 THEN E'Two\nlines\tand a tab \\ backslash' WHEN 4 THEN 'Beobachtet seit Jahren – Sterne ★ und 月'
            ELSE 'Member of the ' || city || ' astronomy club' END
FROM (SELECT *, (ARRAY['Zoë','Ada','José','Łukasz','Anna','John','Mary','Øyvind','山田','Olga','Rémi','Ian','Chen','Fatima','Åse','Peter'])[1 + pg_temp.h('of' || id) % 16] f,
             (ARRAY['Müller','O''Brien','Nowak','Smith','García','Leavitt','Herschel','Cannon','Dąbrowski','Lee','Van der Berg','Smith-Jones','Ångström','太郎'])[1 + pg_temp.h('ol' || id) % 14] l
      FROM site_raw) s ORDER BY id;
UPDATE observer SET mentor_id = 1 + pg_temp.h('om' || id) % (id - 1) WHERE id > 1 AND id % 4 <> 1;

INSERT INTO tag
SELECT i, s, l, k, TIMESTAMPTZ '2019-03-01 08:00:00+00' + i * interval '1 day 01:02:03.5'
FROM (VALUES (1,'hd','Henry Draper','catalog'), (2,'bayer','Bayer','catalog'), (3,'iau-name','IAU proper name','catalog'),
 (4,'variable','Variable star','tag'), (5,'double','Double or multiple','tag'), (6,'naked-eye','Naked eye','tag'),
 (7,'nearby','Within 25 pc','tag'), (8,'high-pm','High proper motion','tag'), (9,'red','Very red','tag'),
 (10,'circumpolar','Circumpolar (±66.5°)','tag'), (11,'navigational','Navigational','tag'), (12,'unused','Unused & empty','tag')) t(i,s,l,k);

CREATE TEMP TABLE s_raw (rn int GENERATED ALWAYS AS IDENTITY, hd int, bayer text, name text, con text, spectral text, ra float8, dec float8,
  mag numeric, bv float4, plx numeric, pmra numeric, pmdec numeric, var int, mult int);
\copy s_raw (hd,bayer,name,con,spectral,ra,dec,mag,bv,plx,pmra,pmdec,var,mult) FROM 'star_raw.csv' CSV HEADER
INSERT INTO star
SELECT rn, hd, coalesce(bayer, 'HD ' || hd, 'KS ' || rn), s_raw.name, c.id, sc.code, coalesce(spectral, ''), ra, dec, mag, bv, plx,
       1000.0 / plx, pmra, pmdec, var = 1,
       CASE WHEN rn % 17 = 0 THEN NULL ELSE mult = 1 END,
       CASE WHEN rn % 3 <> 0 THEN DATE '1603-01-01' + (pg_temp.h('sd' || rn) % 140000)::int END,
       CASE WHEN var = 1 THEN make_interval(secs => (pg_temp.h('sp' || rn) % 40000000)::float8 + CASE WHEN rn % 2 = 0 THEN 0.5 ELSE 0 END) END,
       CASE WHEN rn % 4 <> 0 THEN TIME '00:00' + make_interval(secs => (pg_temp.h('st' || rn) % 86400)) + CASE WHEN rn % 5 = 0 THEN interval '0.123456 s' ELSE interval '0' END END,
       4000000000000000000 + pg_temp.h('si' || rn) % 500000000000000000,
       (pg_temp.h('sf' || rn) % 65536 - 32768)::smallint,
       array_remove(ARRAY[CASE WHEN hd IS NOT NULL THEN 'HD ' || hd END, bayer, s_raw.name], NULL),
       CASE rn % 4 WHEN 0 THEN '{}'::jsonb
            WHEN 1 THEN jsonb_build_object('source', 'kstars', 'rank', rn % 100)
            WHEN 2 THEN jsonb_build_object('source', 'kstars', 'flags', jsonb_build_array(var, mult), 'ratio', round(mag / 3, 4))
            ELSE jsonb_build_object('note', 'π "quoted" <b>', 'ok', var = 1, 'none', NULL, 'nested', jsonb_build_object('a', jsonb_build_array(1, 2.50, 'x'))) END,
       md5('su' || rn)::uuid,
       CASE WHEN rn % 50 = 0 THEN decode(md5('sc' || rn), 'hex') END,
       TIMESTAMPTZ '2020-01-01 00:00:00+00' + make_interval(secs => pg_temp.h('sup' || rn) % 150000000)
         + CASE WHEN rn % 3 = 0 THEN make_interval(secs => (pg_temp.h('suf' || rn) % 1000000) / 1000000.0) ELSE interval '0' END
FROM s_raw JOIN constellation c ON c.abbr = con LEFT JOIN spectral_class sc ON sc.code = upper(left(spectral, 1))
ORDER BY rn;

INSERT INTO star_tag (star_id, tag_id)
SELECT s.id, t.id FROM star s JOIN tag t ON CASE t.slug
  WHEN 'hd' THEN hd IS NOT NULL WHEN 'bayer' THEN designation !~ '^(HD|KS) ' WHEN 'iau-name' THEN name IS NOT NULL
  WHEN 'variable' THEN variable WHEN 'double' THEN multiple WHEN 'naked-eye' THEN magnitude <= 6.0
  WHEN 'nearby' THEN distance < 25 WHEN 'high-pm' THEN pm_ra * pm_ra + pm_dec * pm_dec > 40000
  WHEN 'red' THEN color_index > 1.8 WHEN 'circumpolar' THEN abs(dec) > 66.5
  WHEN 'navigational' THEN name IS NOT NULL AND magnitude < 2.0 ELSE false END
ORDER BY s.id, t.id;

INSERT INTO observation (id, star_id, observer_id, observed_at, local_date, local_time, magnitude, seeing, exposure, photons, instrument,
  quality, verified, notes, tags, conditions, client_ip, uid, raw)
SELECT i, s.id, o.id, ts, (ts + o.utc_offset * interval '1 hour')::date,
       CASE WHEN i % 10 <> 0 THEN (ts + o.utc_offset * interval '1 hour')::time END,
       s.magnitude + (pg_temp.h('m' || i) % 101 - 50) / 100.0,
       CASE WHEN i % 6 <> 0 THEN (0.5 + (pg_temp.h('se' || i) % 400) / 100.0)::real END,
       CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN make_interval(secs => (pg_temp.h('e' || i) % 7200) / 8.0)
            WHEN 2 THEN make_interval(days => (pg_temp.h('e' || i) % 30)::int, hours => 3) ELSE make_interval(secs => pg_temp.h('e' || i) % 5000) END,
       CASE WHEN i % 9 <> 0 THEN pg_temp.h('p' || i) % 9000000000000000 END,
       CASE WHEN i % 4 <> 0 THEN (1 + pg_temp.h('in' || i) % 30)::smallint END,
       (enum_range(NULL::observation_quality))[1 + pg_temp.h('q' || i) % 4],
       CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE pg_temp.h('v' || i) % 2 = 0 END,
       CASE i % 11 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'clear sky, 50% moon' WHEN 3 THEN 'naïve estimate – ±0.1 mag'
            WHEN 4 THEN 'comp star_' || i % 97 || ' used' WHEN 5 THEN 'Clouds; "poor" seeing' WHEN 6 THEN E'line one\nline two' WHEN 7 THEN '晴れ & 風'
            ELSE 'observation #' || i || ' of ' || s.designation END,
       CASE i % 5 WHEN 0 THEN '{}'::text[] WHEN 1 THEN ARRAY['visual'] WHEN 2 THEN ARRAY['ccd','v-band'] WHEN 3 THEN ARRAY['photo','b-band','comma,in tag'] ELSE ARRAY['visual','été'] END,
       CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN jsonb_build_object('temp', (i % 40) - 15, 'wind', (i % 100) / 10.0)
            WHEN 2 THEN jsonb_build_object('temp', NULL, 'sky', jsonb_build_array('clear', 'dry')) ELSE '[]'::jsonb END,
       CASE WHEN i % 8 = 0 THEN NULL WHEN i % 13 = 0 THEN ('2001:db8:0:1::' || to_hex(i % 65536))::inet ELSE ('198.51.100.' || i % 256)::inet END,
       md5('obs' || i)::uuid,
       CASE WHEN i % 100 = 0 THEN decode(md5('r' || i), 'hex') END
FROM (SELECT i, 1 + (pg_temp.h('s' || i) % 8412)::int sid, 1 + (pg_temp.h('o' || i) % 560)::int oid,
             TIMESTAMPTZ '2010-01-01 00:00:00+00' + make_interval(secs => pg_temp.h('t' || i) % 473385600)
               + CASE WHEN i % 4 = 0 THEN make_interval(secs => (pg_temp.h('us' || i) % 1000000) / 1000000.0) ELSE interval '0' END ts
      FROM generate_series(1, 100000) i) g JOIN star s ON s.id = g.sid JOIN observer o ON o.id = g.oid
ORDER BY i;

CREATE INDEX ON star (constellation_id); CREATE INDEX ON star (spectral_class_id); CREATE INDEX ON star (magnitude);
CREATE INDEX ON star_tag (tag_id); CREATE INDEX ON observation (star_id); CREATE INDEX ON observation (observer_id);
CREATE INDEX ON observation (observed_at); CREATE INDEX ON observer (mentor_id);
SELECT setval(pg_get_serial_sequence('constellation','id'), 1000), setval(pg_get_serial_sequence('observer','id'), 10000),
       setval(pg_get_serial_sequence('tag','id'), 1000), setval(pg_get_serial_sequence('star','id'), 100000),
       setval(pg_get_serial_sequence('star_tag','id'), 1000000), setval(pg_get_serial_sequence('observation','id'), 1000000);
