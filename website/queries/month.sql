-- The constellations that are nearest to the meridian at ten in the evening, in the
-- middle of the month. By then the sky has turned to 84 degrees of right ascension
-- in January, and 30 degrees further with each month.
WITH evening AS (
    SELECT (84 + 30 * (coalesce(nullif(:month, '')::integer, extract(month FROM current_date)::integer) - 1)) % 360 AS ra
)
SELECT c.abbr, c.name, c.northern,
       (SELECT count(*) FROM public.star AS s WHERE s.constellation_id = c.id) AS all_stars
FROM evening AS e, public.constellation AS c
WHERE c.label_dec BETWEEN -60 AND 75
ORDER BY abs((c.label_ra::numeric - e.ra + 540) % 360 - 180), c.name
