WITH read AS (
    SELECT source, seconds_to_fetch, seconds_to_commit
    FROM delays
    WHERE fetched_at >= $first AND fetched_at < $last + 1
        AND feed_url <> '' AND published_precision <> 'day' AND seconds_to_fetch >= 0
        AND article_id NOT IN (SELECT article_id FROM article_revisions WHERE fetched_at < $first)
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at, revision_id) = 1
)
SELECT
    CASE WHEN grouping(source) = 1 THEN 'all sources' ELSE left(coalesce(nullif(source, ''), 'unknown'), 80) END AS source,
    count(*) AS articles,
    round(quantile_cont(seconds_to_fetch, 0.5) / 60, 1) AS median_minutes_to_reading,
    round(quantile_cont(seconds_to_fetch, 0.9) / 60, 1) AS p90_minutes_to_reading,
    round(quantile_cont(seconds_to_commit, 0.5) / 60, 1) AS median_minutes_to_commit,
    round(quantile_cont(seconds_to_commit, 0.9) / 60, 1) AS p90_minutes_to_commit
FROM read
GROUP BY GROUPING SETS ((source), ())
HAVING count(*) > 0
ORDER BY grouping(read.source) DESC, articles DESC, 1
LIMIT 16
