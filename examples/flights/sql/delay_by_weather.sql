-- Fog and rain make them late.
SELECT visibility, CASE WHEN rain THEN 'rain' ELSE 'dry' END AS sky, flights, delay_minutes AS minutes,
       bar(minutes, 0, max(minutes) OVER (), 40) AS late
FROM gold.delay_by_weather ORDER BY visibility, rain;
