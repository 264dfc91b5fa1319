-- From landing to raw: the rows of every file that has landed since the last time, each row once, into a
-- folder named after the file. A row is valid when it has its number and the time it was modified; the
-- others go to raw/rejected, so that nothing is lost on the way.
CREATE TEMP TABLE landed AS
SELECT DISTINCT ON (id, date, area, letter, web, total, last_modified)
       id, date, area, letter, web, total, last_modified, parse_filename(filename, true) AS copied,
       try_cast(id AS BIGINT) IS NOT NULL AND try_cast(last_modified AS TIMESTAMP) IS NOT NULL AS valid
FROM read_csv('landing/requests/*.csv', delim = ',', header = true, all_varchar = true, filename = true)
ORDER BY copied;

COPY (
  SELECT * EXCLUDE valid FROM landed
  WHERE valid AND copied NOT IN (
    SELECT regexp_extract(file, 'copied=([^/]+)/', 1) FROM glob('raw/requests/*/*.csv'))
) TO 'raw/requests' (FORMAT csv, PARTITION_BY (copied), OVERWRITE_OR_IGNORE);

COPY (
  SELECT * EXCLUDE valid FROM landed
  WHERE NOT valid AND copied NOT IN (
    SELECT regexp_extract(file, 'copied=([^/]+)/', 1) FROM glob('raw/rejected/*/*.csv'))
) TO 'raw/rejected' (FORMAT csv, PARTITION_BY (copied), OVERWRITE_OR_IGNORE);
