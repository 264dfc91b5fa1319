-- Hands out the days from $from to $to that have not landed yet, one folder and one file a day. The cells
-- stay as they are in the source: every column is text here.
SELECT CASE WHEN $to::DATE < $from::DATE THEN error('There is no day from ' || $from || ' to ' || $to || '.')
            WHEN year($from::DATE) > 2013 OR year($to::DATE) < 2013 THEN error('The flights are those of 2013.') END;
SET partitioned_write_max_open_files = 1000;

COPY (
  SELECT *, make_date(year::INTEGER, month::INTEGER, day::INTEGER) AS date
  FROM read_csv($data || '/weather.csv', all_varchar = true)
  WHERE date BETWEEN $from::DATE AND $to::DATE
    AND date NOT IN (SELECT regexp_extract(file, 'date=([^/]+)/', 1)::DATE FROM glob('landing/weather/*/*.csv'))
) TO 'landing/weather' (FORMAT csv, PARTITION_BY (date), OVERWRITE_OR_IGNORE);

COPY (
  SELECT *, make_date(year::INTEGER, month::INTEGER, day::INTEGER) AS date
  FROM read_csv($data || '/flights.csv', all_varchar = true)
  WHERE date BETWEEN $from::DATE AND $to::DATE
    AND date NOT IN (SELECT regexp_extract(file, 'date=([^/]+)/', 1)::DATE FROM glob('landing/flights/*/*.csv'))
) TO 'landing/flights' (FORMAT csv, PARTITION_BY (date), OVERWRITE_OR_IGNORE);
