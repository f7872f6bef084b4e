-- Documents as datatrove has them, and other tools that take corpora: `text`, `id`, and the rest below `metadata`.
CREATE OR REPLACE VIEW documents AS
SELECT
    text,
    article_id AS id,
    {
        url: url, date: date, title: title, description: description, source: source, domain: domain,
        published_at: published_at, modified_at: modified_at, fetched_at: fetched_at,
        language: language, language_score: language_score, word_count: word_count,
        authors: authors, section: section, tags: tags, dateline: dateline,
        is_free: is_free, noai: noai, tdm_reserved: tdm_reserved, tdm_policy: tdm_policy,
        content_hash: content_hash, revision_id: revision_id
    } AS metadata
FROM articles;
