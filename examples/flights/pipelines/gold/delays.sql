CREATE MATERIALIZED VIEW gold.daily_delay
COMMENT 'Minutes late at departure, by day and airline'
AS SELECT day, carrier, airline, count(*) AS flights, round(avg(departure_delay_minutes), 1) AS delay_minutes
FROM silver.flights GROUP BY ALL;

CREATE MATERIALIZED VIEW gold.worst_routes
COMMENT 'Routes with at least 100 flights, by minutes late at arrival'
AS SELECT origin, dest, count(*) AS flights, round(avg(arrival_delay_minutes), 1) AS delay_minutes,
          rank() OVER (ORDER BY delay_minutes DESC) AS place
FROM silver.flights GROUP BY origin, dest HAVING flights >= 100;

CREATE MATERIALIZED VIEW gold.delay_by_weather
COMMENT 'Minutes late at departure, by how far one could see and whether it rained'
AS SELECT CASE WHEN visibility_miles < 1 THEN '1 under a mile' WHEN visibility_miles < 5 THEN '2 to 5 miles'
               WHEN visibility_miles < 10 THEN '3 to 10 miles' ELSE '4 10 miles and more' END AS visibility,
          rain_inches > 0 AS rain, count(*) AS flights, round(avg(departure_delay_minutes), 1) AS delay_minutes
FROM silver.flights_in_weather
WHERE visibility_miles IS NOT NULL AND rain_inches IS NOT NULL GROUP BY ALL;

CREATE MATERIALIZED VIEW gold.cancellations
COMMENT 'Flights that never left, by day and airport'
AS SELECT day, origin, count(*) AS flights FROM silver.cancellations GROUP BY ALL;
