CREATE MATERIALIZED VIEW business.weekly_requests
COMMENT 'Requests by week and channel, with the mean of the last four weeks'
AS SELECT week, channel, requests,
          round(avg(requests) OVER (PARTITION BY channel ORDER BY week ROWS 3 PRECEDING), 1) AS mean_of_4_weeks
FROM (
  SELECT date_trunc('week', day)::DATE AS week, 'letter' AS channel, sum(letter)::BIGINT AS requests
  FROM clean.requests_now GROUP BY week
  UNION ALL
  SELECT date_trunc('week', day)::DATE AS week, 'web' AS channel, sum(web)::BIGINT AS requests
  FROM clean.requests_now GROUP BY week
);
