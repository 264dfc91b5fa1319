-- Minutes late at departure, by airline.
SELECT airline, sum(flights) AS flights, round(sum(flights * delay_minutes) / sum(flights), 1) AS minutes,
       bar(minutes, 0, max(minutes) OVER (), 40) AS late
FROM gold.daily_delay GROUP BY airline ORDER BY minutes DESC;
