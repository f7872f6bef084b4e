-- What the newest day names more than the 28 days before it.
SELECT entity, label, articles, round(expected, 1) AS expected, round(score, 1) AS score FROM trending(NULL, 20, 28);
