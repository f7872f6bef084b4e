-- A day as GDELT's Global Knowledge Graph would have it; `newsbeam sql --format csv` writes it to a file.
FROM gkg((SELECT max(date) FROM articles), NULL);
