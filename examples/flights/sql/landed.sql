-- What has landed: the days of flights and weather, and the reference tables.
SELECT regexp_extract(file, 'landing/([^/]+)/', 1) AS what, count(*) AS files,
       min(regexp_extract(file, 'date=([^/]+)/', 1)) AS first_day, max(regexp_extract(file, 'date=([^/]+)/', 1)) AS last_day
FROM glob('landing/**/*.csv') GROUP BY what ORDER BY what;
