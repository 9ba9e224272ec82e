-- What the catalogue holds, in numbers.
SELECT to_char(count(*), 'FM999,999') AS stars,
       to_char(count(*) FILTER (WHERE s.magnitude <= 6), 'FM999,999') AS naked_eye,
       to_char(count(*) FILTER (WHERE s.variable), 'FM999,999') AS variable,
       (SELECT to_char(count(*), 'FM999,999') FROM public.constellation) AS constellations,
       (SELECT to_char(count(*), 'FM999,999') FROM public.observer) AS observers
FROM public.star AS s
