-- What has landed: the days of flights and weather, and the reference tables.
SELECT regexp_extract(file, 'landing/([^/]+)/', 1) AS what, count(*) AS files,
       min(date) AS first_day, max(date) AS last_day
FROM (SELECT file, nullif(regexp_extract(file, 'date=([^/]+)/', 1), '') AS date FROM glob('landing/**/*.csv'))
GROUP BY what ORDER BY what;
