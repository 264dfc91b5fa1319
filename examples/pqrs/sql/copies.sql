-- What was copied from the office: a file of its own for every night that brought something.
SELECT "from" AS source, mode, count(*) AS files, sum(rows)::BIGINT AS rows, sum(bytes)::BIGINT AS bytes,
       max(cursor_to) AS up_to
FROM laguna.copies GROUP BY ALL ORDER BY ALL;
