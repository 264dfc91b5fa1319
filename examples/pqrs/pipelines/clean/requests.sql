-- Every version of every row, typed. What was typed in wrong waits in clean.requests__quarantine with the
-- names of the expectations it missed; when the office corrects it, the new version comes through here.
CREATE OR REFRESH STREAMING TABLE clean.requests (
  CONSTRAINT has_day          EXPECT (day IS NOT NULL)                          ON VIOLATION QUARANTINE,
  CONSTRAINT has_area         EXPECT (area IS NOT NULL)                         ON VIOLATION QUARANTINE,
  CONSTRAINT possible_counts  EXPECT (letter >= 0 AND web >= 0)                 ON VIOLATION QUARANTINE,
  CONSTRAINT total_adds_up    EXPECT (total = letter + web),
  CONSTRAINT no_flood         EXPECT (letter < 200)
)
PARTITIONED BY (month)
COMMENT 'Requests by day and area, every version of each row'
AS SELECT id::BIGINT AS id,
          -- 31/12/2024 as a rule, 2024-12-31 at times; 31/02/2024 is no day.
          coalesce(try_strptime(date, '%d/%m/%Y'), try_strptime(date, '%Y-%m-%d'))::DATE AS day,
          strftime(day, '%Y-%m') AS month,
          area,
          -- An empty cell says that no letter came.
          CASE WHEN letter IS NULL THEN 0 ELSE try_cast(letter AS BIGINT) END AS letter,
          try_cast(web AS BIGINT) AS web,
          try_cast(total AS BIGINT) AS total,
          last_modified::TIMESTAMP AS last_modified,
          concat_ws(';', id, ifnull(date, ''), ifnull(area, ''), ifnull(letter, ''), web, total) AS as_typed
FROM STREAM read_files('raw/requests/*/*.csv', format => 'csv', all_varchar => true);
