WITH lines AS (
    SELECT line.rule, left(line.text, 160) AS line, count(*) AS times
    FROM (SELECT unnest(removed) AS line FROM articles WHERE date BETWEEN $first AND $last)
    GROUP BY ALL
),
rules AS (
    SELECT rule, count(*) AS articles
    FROM (
        SELECT unnest(list_distinct(list_transform(removed, lambda line: line.rule))) AS rule
        FROM articles
        WHERE date BETWEEN $first AND $last
    )
    GROUP BY rule
)
SELECT
    rule,
    sum(times)::BIGINT AS lines,
    any_value(articles) AS articles,
    count(*) AS different_lines,
    arg_max(line, (times, line), 3) AS examples
FROM lines JOIN rules USING (rule)
GROUP BY rule
ORDER BY lines DESC, rule
LIMIT 50
