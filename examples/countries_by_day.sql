-- How many articles name each country, day by day; `date` is the folder the file lies in.
SELECT date, country, count(DISTINCT article_id) AS articles
FROM mentions
WHERE country <> ''
GROUP BY ALL
ORDER BY date DESC, articles DESC, country;
