-- What the lake holds, and what its articles name most.
WITH held AS (
    SELECT 1 AS place, 'articles' AS what, count(*) AS number FROM articles
    UNION ALL SELECT 2, 'names in them', count(*) FROM mentions
    UNION ALL SELECT 3, 'different names', count(DISTINCT (entity, label)) FROM mentions
    UNION ALL SELECT 4, 'boilerplate lines removed', coalesce(sum(len(removed)), 0)::BIGINT FROM articles
    UNION ALL SELECT 5, 'dead letters', count(*) FROM dead_letters
),
named AS (
    SELECT 6 AS place, 'named: ' || entity || ' (' || label || ')' AS what, count(*) AS number
    FROM mentions
    WHERE label IN ('PERSON', 'ORG', 'GPE', 'LOC')
    GROUP BY entity, label
    ORDER BY number DESC, what
    LIMIT 8
)
SELECT what, number FROM (FROM held UNION ALL FROM named) ORDER BY place, number DESC, what;
