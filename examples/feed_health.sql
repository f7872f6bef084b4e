-- How the feeds are: what their polls have brought, and when each is due again.
SELECT
    url,
    system_status,
    reason,
    last_fetch_success,
    next_fetch_attempt,
    round(items_a_day, 1) AS items_a_day,
    (SELECT count(*) FROM sightings AS s WHERE s.feed_id = f.feed_id) AS sightings,
    (SELECT count(*) FROM sightings AS s WHERE s.feed_id = f.feed_id AND s.outcome = 'stored') AS stored
FROM feeds AS f
ORDER BY system_status, url;
