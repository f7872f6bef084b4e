-- The lines that were taken out of texts, by the rule that took them. Nothing is lost: they stay with their article.
SELECT line.rule AS rule, line.text AS line, count(*) AS times, count(DISTINCT source) AS publishers
FROM (SELECT source, unnest(removed) AS line FROM articles)
GROUP BY ALL
ORDER BY times DESC, rule, line
LIMIT 30;
