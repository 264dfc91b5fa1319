-- The flights as they came, one file a day. 'NA' is the data's own word for a missing value. The types
-- are given: a first day without a decimal point must not decide what the other days may hold.
CREATE OR REFRESH STREAMING TABLE bronze.flights
PARTITIONED BY (month)
COMMENT 'Flights that were to leave New York in 2013, as handed out'
AS SELECT * FROM STREAM read_files('landing/flights/*/*.csv', format => 'csv', nullstr => 'NA',
  columns => {
    'year': 'INTEGER', 'month': 'INTEGER', 'day': 'INTEGER', 'dep_time': 'INTEGER',
    'sched_dep_time': 'INTEGER', 'dep_delay': 'INTEGER', 'arr_time': 'INTEGER',
    'sched_arr_time': 'INTEGER', 'arr_delay': 'INTEGER', 'carrier': 'VARCHAR', 'flight': 'INTEGER',
    'tailnum': 'VARCHAR', 'origin': 'VARCHAR', 'dest': 'VARCHAR', 'air_time': 'INTEGER',
    'distance': 'INTEGER', 'hour': 'INTEGER', 'minute': 'INTEGER', 'time_hour': 'TIMESTAMPTZ'});
