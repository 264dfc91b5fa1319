-- Requests over the web by week: this week's, and the mean of four.
SELECT week, requests, mean_of_4_weeks AS mean, bar(requests, 0, max(requests) OVER (), 40) AS web
FROM business.weekly_requests WHERE channel = 'web' ORDER BY week;
