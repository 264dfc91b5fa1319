-- One row a flight that left and arrived.
--
-- The reference tables are joined here, because they are complete before the first flight comes. The
-- weather is not: it arrives with its day. A row of a stream is joined once, when it comes, and never
-- again, so its weather would be missing for ever if it came an hour later; see flights_in_weather.sql.
CREATE OR REFRESH STREAMING TABLE silver.flights (
  CONSTRAINT arrived        EXPECT (arrival_delay_minutes IS NOT NULL)              ON VIOLATION QUARANTINE,
  CONSTRAINT possible_times EXPECT (coalesce(gate_minutes >= air_minutes, true))    ON VIOLATION QUARANTINE,
  CONSTRAINT possible_speed EXPECT (coalesce(distance_miles <= 11 * air_minutes, true)) ON VIOLATION QUARANTINE,
  CONSTRAINT known_plane    EXPECT (plane_known),
  CONSTRAINT known_airport  EXPECT (destination IS NOT NULL)
)
PARTITIONED BY (month)
COMMENT 'Flights that left, with their airline, destination and plane'
AS SELECT make_date(f.year, f.month, f.day) AS day, f.month, f.time_hour,
       f.time_hour + to_minutes(f.minute) AS scheduled_at,
       f.time_hour + to_minutes(f.minute + f.dep_delay) AS departed_at,
       f.carrier, l.name AS airline, f.flight, f.tailnum, p.tailnum IS NOT NULL AS plane_known,
       f.year - p.year AS plane_age_years, f.origin, f.dest, a.name AS destination,
       f.dep_delay AS departure_delay_minutes, f.arr_delay AS arrival_delay_minutes,
       f.air_time AS air_minutes, f.distance AS distance_miles,
       -- Both clocks are local; what lies between the two airports' time zones that day comes off.
       (2880 + f.arr_time // 100 * 60 + f.arr_time % 100 - (f.dep_time // 100 * 60 + f.dep_time % 100)
          - date_diff('minute', make_timestamp(f.year, f.month, f.day, f.hour, f.minute, 0) + to_minutes(f.dep_delay),
                      timezone(a.tzone, departed_at))) % 1440 AS gate_minutes
FROM STREAM bronze.flights f
JOIN bronze.airlines l ON l.carrier = f.carrier
LEFT JOIN bronze.airports a ON a.faa = f.dest
LEFT JOIN bronze.planes p ON p.tailnum = f.tailnum
WHERE f.dep_time IS NOT NULL;

-- What silver.flights leaves out stays visible.
CREATE OR REFRESH STREAMING TABLE silver.cancellations
COMMENT 'Flights that were announced and never left'
AS SELECT make_date(year, month, day) AS day, carrier, flight, tailnum, origin, dest, time_hour
FROM STREAM bronze.flights WHERE dep_time IS NULL;
