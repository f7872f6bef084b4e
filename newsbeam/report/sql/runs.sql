WITH entries AS (
    SELECT
        run_id, committed_at,
        CAST(json_extract(counts, '$.articles') AS BIGINT) AS articles,
        CAST(json_extract(counts, '$.feed_fetches') AS BIGINT) AS feed_fetches,
        list_sum(map_values(CAST(json_extract(counts, '$.outcomes') AS MAP(VARCHAR, BIGINT)))) AS documents,
        list_sum(CAST(json_extract(files, '$[*].size') AS BIGINT[])) AS bytes,
        try_strptime(left(run_id, 21), '%Y%m%dT%H%M%S%f') AT TIME ZONE 'UTC' AS started_at
    FROM _runs
    WHERE kind = 'commit' AND committed_at >= $first AND committed_at < $last + 1
)
SELECT
    run_id,
    min(started_at) AS started_at,
    max(committed_at) AS last_commit,
    round(epoch(max(committed_at)) - epoch(min(started_at)), 1) AS seconds,
    count(*) AS commits,
    coalesce(sum(documents), 0)::BIGINT AS documents,
    coalesce(sum(articles), 0)::BIGINT AS articles,
    coalesce(sum(feed_fetches), 0)::BIGINT AS polls,
    round(coalesce(sum(bytes), 0) / 1e6, 2) AS megabytes_written,
    round(sum(documents) / nullif(epoch(max(committed_at)) - epoch(min(started_at)), 0), 2) AS documents_a_second
FROM entries
GROUP BY run_id
ORDER BY last_commit DESC, run_id
LIMIT 100
