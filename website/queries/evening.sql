-- The month that was asked for, else this one: its name, and those around it.
SELECT (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
              'September', 'October', 'November', 'December'])[m.month] AS month_name,
       (m.month + 10) % 12 + 1 AS month_before,
       m.month % 12 + 1 AS month_after
FROM (SELECT coalesce(nullif(:month, '')::integer, extract(month FROM current_date)::integer) AS month) AS m
WHERE m.month BETWEEN 1 AND 12
