-- What could not be stored, in which room it ended, why, and how its bytes begin.
SELECT source_uri, step, outcome, reason, payload_size, left(coalesce(try(decode(payload[:60])), '(not text)'), 60) AS begins
FROM dead_letters
ORDER BY failed_at DESC, source_uri;
