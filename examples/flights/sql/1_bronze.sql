-- Bronze: the files as they came, typed, as Delta tables. 'NA' is the data's own word for a missing value.
CREATE OR REPLACE TABLE bronze.flights PARTITIONED BY (month) AS
SELECT * FROM read_csv('landing/flights.csv', nullstr = 'NA');

CREATE OR REPLACE TABLE bronze.weather AS
SELECT * FROM read_csv('landing/weather.csv', nullstr = 'NA');

CREATE OR REPLACE TABLE bronze.planes AS
SELECT * FROM read_csv('landing/planes.csv', nullstr = 'NA');

CREATE OR REPLACE TABLE bronze.airlines AS SELECT * FROM read_csv('landing/airlines.csv');
CREATE OR REPLACE TABLE bronze.airports AS SELECT * FROM read_csv('landing/airports.csv');
