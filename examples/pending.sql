-- Links that failed in a way that may pass, by host, with the time of the next try.
SELECT regexp_extract(url, '://([^/]+)', 1) AS host, outcome, count(*) AS links, min(retry_at) AS next, max(attempt) AS tries
FROM pending
GROUP BY ALL
ORDER BY links DESC, host, outcome
LIMIT 30;
