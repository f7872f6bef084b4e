-- Pairs of names that stand in the same articles.
WITH named AS (
    SELECT DISTINCT article_id, entity FROM mentions WHERE label IN ('PERSON', 'ORG', 'GPE')
)
SELECT a.entity AS one, b.entity AS other, count(*) AS articles
FROM named AS a JOIN named AS b ON a.article_id = b.article_id AND a.entity < b.entity
GROUP BY ALL
ORDER BY articles DESC, one, other
LIMIT 20;
