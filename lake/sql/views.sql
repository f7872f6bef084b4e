-- Views over the committed files. The relations `_articles`, `_mentions`, `_outcomes` and `_dead_letters` are the files.

-- Every stored revision of every article, numbered by the time of its reading.
CREATE OR REPLACE VIEW article_revisions AS
SELECT row_number() OVER (PARTITION BY article_id ORDER BY fetched_at, ingested_at, revision_id) AS revision, *
FROM _articles;

-- The latest revision of every article.
CREATE OR REPLACE VIEW articles AS
SELECT * FROM _articles
WHERE revision_id IN (
    SELECT arg_max(revision_id, (fetched_at, ingested_at, revision_id)) FROM _articles GROUP BY article_id
);

-- What the latest revisions name, one row a mention.
CREATE OR REPLACE VIEW mentions AS
SELECT * FROM _mentions
WHERE revision_id IN (
    SELECT arg_max(revision_id, (fetched_at, ingested_at, revision_id)) FROM _articles GROUP BY article_id
);

-- The ledger: how the way of each file or address ended.
CREATE OR REPLACE VIEW outcomes AS SELECT * FROM _outcomes;

-- What could not be stored, with its bytes.
CREATE OR REPLACE VIEW dead_letters AS SELECT * FROM _dead_letters;
