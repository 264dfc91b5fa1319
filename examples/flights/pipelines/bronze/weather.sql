-- The weather at the three airports, hour by hour, one file a day.
CREATE OR REFRESH STREAMING TABLE bronze.weather
COMMENT 'Weather by the hour, as handed out'
AS SELECT * FROM STREAM read_files('landing/weather/*/*.csv', format => 'csv', nullstr => 'NA',
  columns => {
    'origin': 'VARCHAR', 'year': 'INTEGER', 'month': 'INTEGER', 'day': 'INTEGER', 'hour': 'INTEGER',
    'temp': 'DOUBLE', 'dewp': 'DOUBLE', 'humid': 'DOUBLE', 'wind_dir': 'INTEGER', 'wind_speed': 'DOUBLE',
    'wind_gust': 'DOUBLE', 'precip': 'DOUBLE', 'pressure': 'DOUBLE', 'visib': 'DOUBLE',
    'time_hour': 'TIMESTAMPTZ'});
