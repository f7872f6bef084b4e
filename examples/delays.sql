-- How long news take from publication to a row of the lake, by feed, over the last seven days.
SELECT
    coalesce(nullif(feed_url, ''), nullif(source, ''), 'files') AS feed,
    count(*) AS articles,
    round(median(seconds) FILTER (published_precision IN ('second', 'minute')) / 60, 1) AS minutes,
    round(quantile_cont(seconds, 0.95) FILTER (published_precision IN ('second', 'minute')) / 60, 1) AS minutes_95,
    round(median(seconds_to_commit), 1) AS seconds_to_commit
FROM delays
WHERE fetched_at >= (SELECT max(fetched_at) FROM delays) - INTERVAL 7 DAY
GROUP BY feed
ORDER BY minutes DESC NULLS LAST, feed;
