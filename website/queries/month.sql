-- The constellations that are nearest to the meridian at ten in the evening, in the
-- middle of the month. By then the sky has turned to 84 degrees of right ascension
-- in January, and 30 degrees further with each month.
WITH evening AS (
    SELECT asked.month, (84 + 30 * (asked.month - 1)) % 360 AS ra
    FROM (SELECT coalesce(nullif(:month, '')::integer, extract(month FROM current_date)::integer) AS month) AS asked
    WHERE asked.month BETWEEN 1 AND 12
)
SELECT c.abbr, c.name, c.northern,
       (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July',
              'August', 'September', 'October', 'November', 'December'])[e.month] AS month_name,
       (e.month + 10) % 12 + 1 AS month_before,
       e.month % 12 + 1 AS month_after,
       (SELECT count(*) FROM public.star AS s WHERE s.constellation_id = c.id) AS all_stars
FROM evening AS e, public.constellation AS c
WHERE c.label_dec BETWEEN -60 AND 75
ORDER BY abs((c.label_ra::numeric - e.ra + 540) % 360 - 180), c.name
