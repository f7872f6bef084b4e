-- What most articles named in the last seven days of the lake.
FROM top_entities((SELECT max(date) - 6 FROM articles), NULL, 20);
