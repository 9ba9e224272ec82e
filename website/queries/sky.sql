-- The brighter stars as points of a map, 1440 by 560: 55 degrees to both sides of the
-- equator, right ascension from right to left as it is seen from below.
SELECT round(mod(694 - s.ra::numeric, 360) * 4, 1) AS x,
       round((55 - s.dec::numeric) * 560 / 110, 1) AS y,
       round(greatest(0.6, 3.4 - 0.62 * s.magnitude), 1) AS r,
       CASE WHEN s.color_index < 0 THEN 'blue' WHEN s.color_index < 0.6 THEN 'white'
            WHEN s.color_index < 1.2 THEN 'yellow' ELSE 'red' END AS hue
FROM public.star AS s
WHERE s.magnitude < 4.4 AND s.dec BETWEEN -55 AND 55
ORDER BY s.magnitude, s.id
