WITH told AS (
    SELECT $step AS $unit, coalesce(nullif(source, ''), 'unknown') AS source
    FROM articles
    WHERE date BETWEEN $first AND $last
),
ranked AS (
    SELECT source, row_number() OVER (ORDER BY count(*) DESC, source) AS place FROM told GROUP BY source
)
SELECT
    $unit,
    CASE WHEN place <= 7 THEN left(source, 80) ELSE 'all others' END AS source,
    count(*) AS articles
FROM told JOIN ranked USING (source)
GROUP BY ALL
ORDER BY $unit, min(place)
