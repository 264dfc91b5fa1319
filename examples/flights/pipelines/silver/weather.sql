CREATE OR REFRESH STREAMING TABLE silver.weather (
  CONSTRAINT possible_wind   EXPECT (coalesce(wind_mph < 250, true)) ON VIOLATION QUARANTINE,
  CONSTRAINT has_temperature EXPECT (temperature_fahrenheit IS NOT NULL)
)
COMMENT 'Weather by airport and hour'
AS SELECT origin, time_hour, temp AS temperature_fahrenheit, wind_speed AS wind_mph,
          precip AS rain_inches, visib AS visibility_miles
FROM STREAM bronze.weather;
