-- The routes to avoid.
SELECT place, origin || ' - ' || dest AS route, flights, delay_minutes AS minutes,
       bar(minutes, 0, max(minutes) OVER (), 40) AS late
FROM gold.worst_routes ORDER BY place LIMIT 10;
