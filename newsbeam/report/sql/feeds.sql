SELECT
    left(coalesce(nullif(h.name, ''), h.url), 120) AS feed,
    left(h.url, 400) AS url,
    h.system_status AS status,
    h.silent,
    coalesce(h.failures, 0) AS failures_in_a_row,
    coalesce(
        left(nullif(h.reason, ''), 200),
        CASE WHEN h.silent
            THEN 'the longest pause before was ' || round(epoch(h.longest_gap) / 3600, 1) || ' hours' END
    ) AS reason,
    h.last_fetch_success AS last_good_poll,
    h.newest_entry,
    coalesce(p.polls, 0) AS polls,
    coalesce(p.new_entries, 0) AS new_entries
FROM feed_health AS h
LEFT JOIN (
    SELECT feed_id, count(*) AS polls, sum(new_entries)::BIGINT AS new_entries
    FROM feed_fetches
    WHERE last_fetch_attempt >= $first AND last_fetch_attempt < $last + 1
    GROUP BY feed_id
) AS p USING (feed_id)
ORDER BY
    h.system_status IN ('active', 'new', 'paused'), failures_in_a_row DESC, h.silent DESC, new_entries DESC, h.url
LIMIT 200
