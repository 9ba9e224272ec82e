-- The brightest stars around the meridian of the same evening (month.sql).
WITH evening AS (
    SELECT (84 + 30 * (coalesce(nullif(:month, '')::integer, extract(month FROM current_date)::integer) - 1)) % 360 AS ra
)
SELECT s.id, coalesce(s.name, s.designation) AS name, s.magnitude, c.abbr, c.name AS constellation
FROM evening AS e, public.star AS s
JOIN public.constellation AS c ON c.id = s.constellation_id
WHERE abs((s.ra::numeric - e.ra + 540) % 360 - 180) < 15 AND s.dec BETWEEN -60 AND 75
ORDER BY s.magnitude, s.id
