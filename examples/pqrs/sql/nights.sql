-- What every night brought: rows copied, rows that were valid, rows written to tables, rows held back.
SELECT row_number() OVER (ORDER BY min(started)) AS night,
       max((outputs->>'$.rows')::BIGINT) FILTER (task = 'requests') AS copied,
       max((outputs->>'$.rows')::BIGINT) FILTER (task = 'raw') AS to_raw,
       max((outputs->>'$.rows')::BIGINT) FILTER (task = 'tables') AS written,
       max((outputs->>'$.quarantined')::BIGINT) FILTER (task = 'tables') AS held_back,
       round(sum(seconds), 1) AS seconds
FROM laguna.task_runs WHERE flow = 'nightly' AND state = 'COMPLETED' GROUP BY run ORDER BY night;
