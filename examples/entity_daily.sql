-- How many articles name Niger, day by day, and how often.
SELECT date, articles, mentions
FROM entity_daily
WHERE country = 'NE' AND label = 'GPE'
ORDER BY date DESC;
