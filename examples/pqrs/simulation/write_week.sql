-- The office as it is at the end of week office/next.csv: its requests as a CSV file, its areas and
-- answers as a SQLite database. All of it follows from the week and the seed; nothing is drawn from
-- a random generator, so the same week always gives the same files.
--
-- A day of an area is a row: how many complaints and requests came by letter and over the web. Such
-- rows are typed in by hand, so they have what real ones have: negative counts, empty cells, dates
-- that do not exist, rows saved twice. Much of it is found and corrected in the week after.
CREATE OR REPLACE TEMP TABLE next AS SELECT week, seed FROM read_csv('office/next.csv');

-- A number from 0 to 1 that depends on what it is asked for and on the seed alone.
CREATE OR REPLACE TEMP MACRO draw(what, id) AS
  ((md5_number_lower(concat_ws('/', (SELECT seed FROM next), what, id)) % 1000003) + 0.5) / 1000003;
-- A count around `mean`, spread like people who come by chance.
CREATE OR REPLACE TEMP MACRO count_around(mean, what, id) AS
  greatest(0, round(mean + sqrt(mean) * sqrt(-2 * ln(draw(what || ' far', id)))
                                      * cos(2 * pi() * draw(what || ' way', id))))::BIGINT;

CREATE OR REPLACE TEMP TABLE areas AS
FROM (VALUES (1, 'RDS', 'Roads and transport', 15, 0.30), (2, 'WTR', 'Water and waste', 10, 0.25),
             (3, 'TAX', 'Taxes', 15, 0.20), (4, 'HSG', 'Housing', 30, 0.15),
             (5, 'PRK', 'Parks and culture', 15, 0.10)) AS areas(number, code, name, due_days, share);

-- What happened: one row a day and area. Letters grow fewer and the web more; weekends are quiet.
CREATE OR REPLACE TEMP TABLE days AS
SELECT day_number * 10 + number AS id, day_number // 7 + 1 AS week,
       DATE '2024-01-01' + day_number::INTEGER AS day, code, due_days,
       CASE isodow(day) WHEN 6 THEN 0.2 WHEN 7 THEN 0.1 ELSE 1 END * share AS busy,
       count_around(greatest(18 - 0.1 * week, 5) * busy, 'letter', id)
         * CASE WHEN draw('flood', id) < 0.004 THEN 40 ELSE 1 END AS letter,
       count_around((60 + week) * busy, 'web', id) AS web
FROM (SELECT unnest(range((SELECT week FROM next) * 7)) AS day_number),
     areas;

-- What was typed in on the day, by the kind of mistake; NULL: none.
CREATE OR REPLACE TEMP TABLE typed AS
SELECT *, CASE WHEN mistake < 0.012 THEN 'negative' WHEN mistake < 0.022 THEN 'no area'
               WHEN mistake < 0.030 THEN 'no date' WHEN mistake < 0.040 THEN 'no such date'
               WHEN mistake < 0.048 THEN 'not a number' WHEN mistake < 0.060 THEN 'wrong total'
               WHEN mistake < 0.066 THEN 'no row number'
          END AS kind,
       day + INTERVAL 17 HOUR + INTERVAL 1 SECOND * floor(7200 * draw('typed', id)) AS typed_at,
       -- A row in a hundred is written to the file a week late, with the time of its typing.
       week + (draw('late', id) < 0.01)::INTEGER AS first_seen
FROM (SELECT *, draw('mistake', id) AS mistake FROM days);

-- What was corrected in the week after: most mistakes, and a few days that got more letters.
CREATE OR REPLACE TEMP TABLE corrected AS
SELECT *, typed_at + INTERVAL 1 WEEK - INTERVAL 6 HOUR AS corrected_at,
       (kind IS NULL AND draw('more letters', id) < 0.05)::INTEGER AS more
FROM typed
WHERE first_seen < (SELECT week FROM next) AND (more = 1 OR (kind IS NOT NULL AND draw('found', id) < 0.7));

CREATE OR REPLACE TEMP TABLE requests AS
WITH rows AS (
  SELECT id, day, code AS area, letter + more AS letter, web, NULL AS kind, corrected_at AS last_modified
  FROM corrected
  UNION ALL
  SELECT id, day, code, letter, web, kind, typed_at
  FROM typed ANTI JOIN corrected USING (id)
  WHERE first_seen <= (SELECT week FROM next)
)
SELECT id AS row_id, CASE WHEN kind IS DISTINCT FROM 'no row number' THEN id END AS id,
       CASE WHEN kind = 'no date' THEN NULL WHEN kind = 'no such date' THEN strftime(day, '31/02/%Y')
            WHEN draw('iso', id) < 0.04 THEN strftime(day, '%Y-%m-%d')
            ELSE strftime(day, '%-d/%m/%Y') END AS date,
       CASE WHEN kind = 'no area' THEN NULL ELSE area END AS area,
       -- Nobody writes down that no letter came.
       CASE WHEN kind = 'negative' THEN (-greatest(letter, 1))::VARCHAR
            WHEN letter > 0 THEN letter::VARCHAR END AS letter,
       CASE WHEN kind = 'not a number' THEN 'many' ELSE web::VARCHAR END AS web,
       letter + web + CASE WHEN kind = 'wrong total' THEN 10 ELSE 0 END AS total,
       last_modified
FROM rows;

-- Saved twice: the same row once more.
COPY (SELECT * EXCLUDE row_id
      FROM (FROM requests UNION ALL FROM requests WHERE draw('twice', row_id) < 0.02)
      ORDER BY last_modified, row_id)
TO 'office/requests.csv' (FORMAT csv, DELIMITER ';', TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S');

-- How many of a day's requests have been answered: more with every week, all of them in the end.
CREATE OR REPLACE TEMP TABLE answers AS
SELECT day, code AS area,
       floor((letter + web) * least(1, age_days / (due_days * (0.3 + draw('slow', id)))))::BIGINT AS answered
FROM (SELECT *, DATE '2024-01-01' + 7 * (SELECT week FROM next)::INTEGER - day AS age_days FROM days)
WHERE answered > 0;

-- The flow attaches the database of blocks/office.yaml as `office`.
BEGIN;
DROP TABLE IF EXISTS office.areas;
CREATE TABLE office.areas AS SELECT code, name, due_days FROM areas ORDER BY code;
DROP TABLE IF EXISTS office.answers;
CREATE TABLE office.answers AS SELECT day::VARCHAR AS day, area, answered FROM answers ORDER BY day, area;
COMMIT;

-- Last of all, so that a run that broke off is simply run again.
COPY (FROM next) TO 'office/week.csv';
