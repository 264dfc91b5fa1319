-- What lies on whose desk.
SELECT name AS area, received, open, overdue, bar(open, 0, max(open) OVER (), 40) AS "open now"
FROM business.open_requests ORDER BY open DESC;
