-- How many rows met what was expected of them, in all runs.
SELECT "table", name AS expectation, sum(passed)::BIGINT AS passed, sum(failed)::BIGINT AS failed
FROM laguna.expectations GROUP BY ALL ORDER BY ALL;
