-- Views over the committed files. The relation `_articles` is the files of `articles`, and so on.

-- Every stored revision of every article, numbered by the time of its reading.
CREATE OR REPLACE VIEW article_revisions AS
SELECT row_number() OVER (PARTITION BY article_id ORDER BY fetched_at, ingested_at, revision_id) AS revision, *
FROM _articles;

-- Revisions that a later one of the same article has replaced, as the lake stands when the connection is opened: few, so
-- that leaving them out costs next to nothing.
CREATE OR REPLACE TEMP TABLE _superseded AS
SELECT revision_id FROM _articles
WHERE hash(article_id) IN (SELECT hash(article_id) FROM _articles GROUP BY 1 HAVING count(*) > 1)
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at DESC, ingested_at DESC, revision_id DESC) > 1;

-- Where there is none, nothing is left out.
SET VARIABLE newsbeam_left_out = (
    SELECT CASE WHEN count(*) > 0 THEN ' ANTI JOIN _superseded USING (revision_id)' ELSE '' END FROM _superseded
);

-- The latest revision of every article.
CREATE OR REPLACE VIEW articles AS FROM query('SELECT * FROM _articles' || getvariable('newsbeam_left_out'));

-- What the latest revisions name, one row a mention.
CREATE OR REPLACE VIEW mentions AS FROM query('SELECT * FROM _mentions' || getvariable('newsbeam_left_out'));

-- The ledger: how the way of each file or address ended.
CREATE OR REPLACE VIEW outcomes AS SELECT * FROM _outcomes;

-- What could not be stored, with its bytes, and whether it was stored since.
CREATE OR REPLACE VIEW dead_letters AS
SELECT *, reference_id IN (SELECT reference_id FROM _outcomes WHERE outcome = 'stored') AS stored_since
FROM _dead_letters;

-- Links that failed in a way that may pass, with the time of the next try.
CREATE OR REPLACE VIEW pending AS
SELECT url, outcome, reason, attempt, first_seen_at, retry_at, feed_url, article_id, reference_id
FROM (
    SELECT *, row_number() OVER (PARTITION BY reference_id ORDER BY seen_at DESC, retry_at DESC NULLS FIRST) AS nth,
        bool_or(retry_at IS NULL) OVER (PARTITION BY reference_id) AS settled
    FROM _outcomes
    WHERE reference_id IN (SELECT reference_id FROM _outcomes WHERE retry_at IS NOT NULL)
)
WHERE nth = 1 AND NOT settled;

-- What each feed said, entry by entry, and what came of the article it points to. A page that named another address as
-- its canonical one is that article.
CREATE OR REPLACE VIEW sightings AS
SELECT
    s.* REPLACE (coalesce(o.article_id, s.article_id) AS article_id),
    coalesce(a.outcome, o.outcome) AS outcome,
    CASE WHEN a.outcome IS NULL THEN o.reason END AS reason
FROM _sightings AS s
LEFT JOIN (
    SELECT
        reference_id,
        arg_max(article_id, (seen_at, attempt)) AS article_id,
        arg_max(outcome, (seen_at, attempt)) AS outcome,
        arg_max(reason, (seen_at, attempt)) AS reason
    FROM _outcomes
    WHERE reference_id IN (SELECT article_id FROM _sightings)
    GROUP BY reference_id
) AS o ON o.reference_id = s.article_id
LEFT JOIN (SELECT DISTINCT article_id, 'stored' AS outcome FROM _articles) AS a
    ON a.article_id = coalesce(o.article_id, s.article_id);

-- One row a poll of a feed.
CREATE OR REPLACE VIEW feed_fetches AS SELECT * FROM _feed_fetches;

-- The subscribed feeds, each as its last poll left it.
CREATE OR REPLACE VIEW feeds AS
SELECT
    s.feed_id,
    s.url,
    coalesce(nullif(s.name, ''), f.title) AS name,
    s.tags,
    s.every_seconds,
    s.system_enabled,
    CASE WHEN s.system_enabled THEN coalesce(f.system_status, 'new') ELSE 'paused' END AS system_status,
    f.* EXCLUDE (feed_id, feed_url, system_status, run_id, date)
FROM (
    SELECT * FROM _feeds QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY changed_at DESC) = 1
) AS s
LEFT JOIN (
    SELECT * FROM _feed_fetches QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY last_fetch_attempt DESC) = 1
) AS f ON f.feed_id = s.feed_id AND f.feed_url = s.url
WHERE NOT s.removed;

-- What was erased and is refused since, as salted hashes.
CREATE OR REPLACE VIEW blocks AS SELECT * FROM _blocks;

-- The last word on every line that is no part of any article at its publisher.
CREATE OR REPLACE VIEW lines AS
SELECT * FROM _lines
QUALIFY row_number() OVER (PARTITION BY publisher, line_id ORDER BY changed_at DESC, status DESC) = 1;

-- Which lines were taken out of the latest revisions, by what rule.
CREATE OR REPLACE VIEW removed_lines AS
SELECT
    article_id, revision_id, coalesce(nullif(domain, ''), source) AS publisher, published_at, line.rule, line.text, line.position
FROM (SELECT article_id, revision_id, domain, source, published_at, unnest(removed) AS line FROM articles);

-- Which story each article tells. Two runs side by side may tell it twice: the first counts.
CREATE OR REPLACE VIEW clusters AS
SELECT * FROM _clusters
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY clustered_at, story_id) = 1;

-- One row a story: what its first article says, how many tell it, and who.
CREATE OR REPLACE VIEW stories AS
SELECT
    story_id,
    arg_min(title, (told_at, article_id)) AS title,
    arg_min(url, (told_at, article_id)) AS url,
    arg_min(publisher, (told_at, article_id)) AS publisher,
    arg_min(article_id, (told_at, article_id)) AS article_id,
    min(told_at) AS first_at,
    max(told_at) AS last_at,
    count(*) AS articles,
    count(DISTINCT publisher) AS publishers,
    list(DISTINCT publisher ORDER BY publisher) AS publisher_names,
    list(article_id ORDER BY told_at, article_id) AS article_ids
FROM (
    SELECT
        c.story_id, a.article_id, a.title, a.url,
        coalesce(nullif(a.domain, ''), a.source) AS publisher,
        coalesce(a.published_at, a.fetched_at) AS told_at
    FROM clusters AS c JOIN articles AS a USING (article_id)
)
GROUP BY story_id;
