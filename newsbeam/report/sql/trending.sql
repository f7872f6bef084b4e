SELECT left(entity, 80) AS name, label, country, articles, round(expected, 1) AS expected, round(score, 2) AS score
FROM trending($newest, 20)
