-- The articles that came last, with the places they were filed from.
SELECT coalesce(published_at, fetched_at)::DATE AS day, source, dateline, left(title, 50) AS title, word_count AS words
FROM articles
ORDER BY coalesce(published_at, fetched_at) DESC, source, article_id
LIMIT 20;
