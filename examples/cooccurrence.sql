-- The persons, organisations and places that most articles name together.
SELECT entity, other, articles, round(jaccard, 2) AS jaccard FROM cooccurrence(n := 30);
