-- How long news take from publication to a row of the lake, by feed, over the last seven days.
SELECT
    feed_url,
    count(*) AS articles,
    round(median(seconds) / 60, 1) AS minutes,
    round(quantile_cont(seconds, 0.95) / 60, 1) AS minutes_95,
    round(median(seconds_to_commit), 1) AS seconds_to_commit
FROM delays
WHERE fetched_at >= now() - INTERVAL 7 DAY
    AND published_precision IN ('second', 'minute')
    AND feed_url != ''
GROUP BY feed_url
ORDER BY minutes DESC;
