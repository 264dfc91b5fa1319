-- What lies on whose desk. A request is overdue when it is older than its area has days to answer.
CREATE MATERIALIZED VIEW business.open_requests
COMMENT 'Requests that nobody has answered yet, by area'
AS SELECT area, name, sum(received)::BIGINT AS received, sum(open)::BIGINT AS open,
          sum(CASE WHEN age_days > due_days THEN open ELSE 0 END)::BIGINT AS overdue
FROM (
  SELECT r.area, a.name, a.due_days, r.letter + r.web AS received,
         greatest(r.letter + r.web - coalesce(w.answered, 0), 0) AS open,
         max(r.day) OVER () - r.day AS age_days
  FROM clean.requests_now r
  JOIN clean.areas a ON a.code = r.area
  LEFT JOIN clean.answers w ON w.day = r.day AND w.area = r.area
)
GROUP BY area, name;
