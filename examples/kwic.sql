-- A phrase in its context, wherever a text has it.
SELECT date, source, "left", keyword, "right" FROM kwic('second paragraph', width := 30) LIMIT 50;
