-- Health: feeds that have fallen silent, and publishers whose pages are no longer what they were.

-- Each subscribed feed against its own rhythm. `longest_gap` is the longest time without a new entry among its last
-- forty; a feed is `silent` when the present one is twice as long and at least a day, and it has had five entries.
-- `overdue` is how long its poll has been due.
CREATE OR REPLACE VIEW feed_health AS
WITH entries AS (
    SELECT feed_id, coalesce(published_at, seen_at) AS came
    FROM _sightings
    QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY coalesce(published_at, seen_at) DESC, sighting_id) <= 40
),
gaps AS (
    SELECT feed_id, came, came - lag(came) OVER (PARTITION BY feed_id ORDER BY came) AS gap FROM entries
),
rhythm AS (
    SELECT feed_id, count(*) AS entries, max(came) AS newest_entry, max(gap) AS longest_gap FROM gaps GROUP BY feed_id
)
SELECT
    f.feed_id, f.url, f.name, f.system_status, f.last_fetch_success, f.last_fetch_failures AS failures, f.reason,
    f.next_fetch_attempt,
    r.newest_entry,
    r.longest_gap,
    current_timestamp - r.newest_entry AS silent_for,
    coalesce(
        r.entries >= 5 AND current_timestamp - r.newest_entry > greatest(2 * r.longest_gap, INTERVAL 1 DAY), false
    ) AS silent,
    CASE WHEN f.system_enabled AND f.system_status <> 'gone' AND f.next_fetch_attempt < current_timestamp
        THEN current_timestamp - f.next_fetch_attempt END AS overdue
FROM feeds AS f
LEFT JOIN rhythm AS r USING (feed_id);

-- What was read on a day (UTC, the newest when it is null) beside what was read in the days before, by publisher: the
-- host of the address without `www.`, else the source. `no_text` and `no_date` are shares of its pages, `removed` is
-- the share of the lines that were taken out; `words` is the median.
CREATE OR REPLACE MACRO drift(day := NULL, days := 14) AS TABLE
WITH asked AS MATERIALIZED (SELECT coalesce(day::DATE, (SELECT max(fetched_at)::DATE FROM _articles)) AS last),
pages AS (
    SELECT
        coalesce(nullif(regexp_extract(url, '^https?://(?:www\.)?([^/:?#]+)', 1), ''), source) AS publisher,
        fetched_at::DATE AS read_on, 1 AS stored, word_count AS words, published_at IS NULL AS undated,
        len(removed) AS removed, octet_length(line_hashes) // 8 AS lines
    FROM _articles
    WHERE fetched_at >= (FROM asked) - days::INTEGER
    UNION ALL
    SELECT
        coalesce(nullif(regexp_extract(url, '^https?://(?:www\.)?([^/:?#]+)', 1), ''), source),
        seen_at::DATE, 0, NULL, NULL, NULL, NULL
    FROM _outcomes
    WHERE seen_at >= (FROM asked) - days::INTEGER
        AND outcome IN ('no_text', 'needs_js', 'consent_wall', 'challenge', 'paywall', 'log_in', 'not_found')
),
told AS (
    SELECT
        publisher, read_on = last AS today, count(*) AS pages, sum(stored)::BIGINT AS articles, median(words) AS words,
        count(*) - sum(stored)::BIGINT AS no_text,
        count(*) FILTER (undated) AS no_date,
        coalesce(sum(removed), 0)::BIGINT AS removed, coalesce(sum(lines), 0)::BIGINT AS lines
    FROM pages CROSS JOIN asked
    WHERE read_on <= last AND publisher <> ''
    GROUP BY publisher, read_on = last
)
SELECT
    now.publisher, now.pages, past.pages AS past_pages, now.articles, past.articles AS past_articles,
    now.words, past.words AS past_words,
    now.no_text / now.pages AS no_text, past.no_text / past.pages AS past_no_text,
    now.no_date / nullif(now.articles, 0) AS no_date, past.no_date / nullif(past.articles, 0) AS past_no_date,
    now.removed / nullif(now.lines, 0) AS removed, past.removed / nullif(past.lines, 0) AS past_removed,
    now.lines, past.lines AS past_lines
FROM told AS now JOIN told AS past ON past.publisher = now.publisher AND NOT past.today
WHERE now.today
ORDER BY now.pages DESC, now.publisher;
