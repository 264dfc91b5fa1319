-- A materialized view always equals its query, so it does not matter which came first, the flight or
-- its weather.
CREATE MATERIALIZED VIEW silver.flights_in_weather
PARTITIONED BY (month)
COMMENT 'Flights with the weather of their hour at their airport'
AS SELECT f.day, f.month, f.carrier, f.flight, f.origin, f.dest, f.scheduled_at,
          f.departure_delay_minutes, f.arrival_delay_minutes,
          w.temperature_fahrenheit, w.wind_mph, w.rain_inches, w.visibility_miles
FROM silver.flights f
LEFT JOIN silver.weather w ON w.origin = f.origin AND w.time_hour = f.time_hour;
