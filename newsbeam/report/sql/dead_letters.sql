SELECT
    outcome,
    step,
    count(*) AS documents,
    max(failed_at) AS latest_at,
    left(arg_max(reason, (failed_at, reference_id)), 200) AS latest_reason,
    left(arg_max(coalesce(nullif(url, ''), source_uri), (failed_at, reference_id)), 400) AS latest_document
FROM dead_letters
WHERE failed_at >= $first AND failed_at < $last + 1 AND NOT stored_since
GROUP BY outcome, step
ORDER BY documents DESC, outcome, step
