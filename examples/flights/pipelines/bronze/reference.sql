-- What rarely changes is copied whole and read whole.
CREATE MATERIALIZED VIEW bronze.airlines AS
SELECT carrier, name FROM read_files('landing/reference/airlines.csv', nullstr => 'NA');

CREATE MATERIALIZED VIEW bronze.airports AS
SELECT faa, name, lat, lon, tzone FROM read_files('landing/reference/airports.csv', nullstr => 'NA');

CREATE MATERIALIZED VIEW bronze.planes AS
SELECT tailnum, year, manufacturer, model, seats FROM read_files('landing/reference/planes.csv', nullstr => 'NA');
