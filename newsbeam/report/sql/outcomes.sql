SELECT
    outcome,
    count(*) AS documents,
    round(count(*) / sum(count(*)) OVER (), 4) AS share,
    left(arg_max(reason, (seen_at, reference_id)) FILTER (outcome <> 'stored'), 200) AS latest_reason
FROM outcomes
WHERE seen_at >= $first AND seen_at < $last + 1
GROUP BY outcome
ORDER BY documents DESC, outcome
