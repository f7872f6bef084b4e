SELECT
    coalesce(nullif(language, ''), 'unknown') AS language,
    count(*) AS articles,
    round(count(*) / sum(count(*)) OVER (), 4) AS share,
    median(word_count)::BIGINT AS median_words
FROM articles
WHERE date BETWEEN $first AND $last
GROUP BY ALL
ORDER BY articles DESC, language
LIMIT 30
