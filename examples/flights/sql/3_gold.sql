-- Gold: what people ask for.
CREATE OR REPLACE TABLE gold.daily_delay AS
SELECT day, carrier, airline, count(*) AS flights, round(avg(dep_delay_minutes), 1) AS avg_delay_minutes
FROM silver.flights GROUP BY ALL ORDER BY day, carrier;

CREATE OR REPLACE TABLE gold.worst_routes AS
SELECT origin, dest, count(*) AS flights, round(avg(arr_delay_minutes), 1) AS avg_arrival_delay_minutes
FROM silver.flights WHERE arr_delay_minutes IS NOT NULL
GROUP BY ALL HAVING flights >= 100 ORDER BY avg_arrival_delay_minutes DESC;

CREATE OR REPLACE TABLE gold.delay_by_visibility AS
SELECT CASE WHEN visibility_miles < 1 THEN '1: under a mile' WHEN visibility_miles < 5 THEN '2: 1 to 5 miles'
            WHEN visibility_miles < 10 THEN '3: 5 to 10 miles' ELSE '4: 10 miles and more' END AS visibility,
       count(*) AS flights, round(avg(dep_delay_minutes), 1) AS avg_delay_minutes
FROM silver.flights WHERE visibility_miles IS NOT NULL GROUP BY ALL ORDER BY visibility;
