-- The names on the map of sky.sql: constellations, where there is room for them.
SELECT c.abbr, c.name,
       round(mod(694 - c.label_ra::numeric, 360) * 4) AS x,
       round((55 - c.label_dec::numeric) * 560 / 110) AS y
FROM public.constellation AS c
WHERE c.label_dec BETWEEN -45 AND 50 AND mod(694 - c.label_ra::numeric, 360) BETWEEN 15 AND 345
  AND (SELECT min(s.magnitude) FROM public.star AS s WHERE s.constellation_id = c.id) < 2.6
ORDER BY c.name
