-- Silver: one row a flight that left, with the carrier's name, the plane's age and the weather of its hour.
CREATE OR REPLACE TABLE silver.flights PARTITIONED BY (month) AS
SELECT make_date(f.year, f.month, f.day) AS day, f.month, f.time_hour, f.carrier, a.name AS airline,
       f.flight, f.tailnum, 2013 - p.year AS plane_age_years, f.origin, f.dest,
       f.dep_delay AS dep_delay_minutes, f.arr_delay AS arr_delay_minutes, f.distance AS distance_miles,
       w.visib AS visibility_miles, w.wind_speed AS wind_mph, w.precip AS rain_inches
FROM bronze.flights f
JOIN bronze.airlines a USING (carrier)
LEFT JOIN bronze.planes p USING (tailnum)
LEFT JOIN bronze.weather w ON w.origin = f.origin AND w.time_hour = f.time_hour
WHERE f.dep_time IS NOT NULL;

-- What silver leaves out stays visible: flights that were announced and never left.
CREATE OR REPLACE TABLE silver.cancelled_flights AS
SELECT make_date(year, month, day) AS day, carrier, flight, tailnum, origin, dest, time_hour
FROM bronze.flights WHERE dep_time IS NULL;
