-- How long each stored revision took: from publication to reading to the commit that made it part of the lake. That is
-- the first commit of its run that came after it was read. What is not dated has no `published_at`, and no delay.
CREATE OR REPLACE VIEW delays AS
SELECT
    a.article_id, a.revision_id, a.url, a.domain, a.source, a.feed_url, a.title,
    a.published_at, a.published_precision, a.fetched_at, r.committed_at,
    epoch(a.fetched_at) - epoch(a.published_at) AS seconds_to_fetch,
    epoch(r.committed_at) - epoch(a.fetched_at) AS seconds_to_commit,
    epoch(r.committed_at) - epoch(a.published_at) AS seconds,
    a.run_id, a.date
FROM _articles AS a
ASOF LEFT JOIN _runs AS r ON r.run_id = a.run_id AND r.committed_at >= a.fetched_at;

-- The log: one row a commit.
CREATE OR REPLACE VIEW runs AS
SELECT
    seq, kind, run_id, started_at, committed_at, code_version, schema_version,
    CAST(json_extract(counts, '$.articles') AS BIGINT) AS articles,
    CAST(json_extract(counts, '$.feed_fetches') AS BIGINT) AS feed_fetches,
    counts, made_with, settings
FROM _runs;
