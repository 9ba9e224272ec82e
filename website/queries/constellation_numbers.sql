-- What is known of a constellation's stars, in one row.
SELECT count(*) AS all_stars,
       count(*) FILTER (WHERE s.magnitude <= 6) AS naked_eye,
       count(*) FILTER (WHERE s.variable) AS variable,
       round(min(s.distance)) AS nearest,
       round(max(s.distance)) AS farthest
FROM public.star AS s
JOIN public.constellation AS c ON c.id = s.constellation_id
WHERE c.abbr = :abbr
HAVING count(*) > 0
