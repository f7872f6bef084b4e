-- Articles that have a phrase and a word, but not another one; those with most of them first.
SELECT date, source, title, hits FROM search('"text number" paragraph -nowhere') ORDER BY hits DESC, date DESC, article_id LIMIT 20;
