-- The office's tables as last copied.
CREATE MATERIALIZED VIEW clean.areas AS
SELECT code, name, due_days FROM read_files('landing/areas/areas.csv');

CREATE MATERIALIZED VIEW clean.answers AS
SELECT day::DATE AS day, area, answered FROM read_files('landing/answers/answers.csv');

-- What holds now: the last version of each row.
CREATE MATERIALIZED VIEW clean.requests_now
COMMENT 'Requests by day and area, as last modified'
AS SELECT * FROM clean.requests
QUALIFY row_number() OVER (PARTITION BY id ORDER BY last_modified DESC) = 1;
