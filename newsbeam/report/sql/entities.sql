SELECT left(entity, 80) AS name, label, country, articles, mentions
FROM top_entities($first, $last, 25)
