SELECT country, count(DISTINCT article_id) AS articles, count(*) AS mentions
FROM mentions
WHERE date BETWEEN $first AND $last AND country <> ''
GROUP BY country
ORDER BY articles DESC, mentions DESC, country
