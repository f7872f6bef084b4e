-- How the way of every document ended: the ledger adds up to what was read.
SELECT outcome, kind, count(*) AS documents, sum(word_count)::BIGINT AS words, sum(mention_count)::BIGINT AS mentions
FROM outcomes
GROUP BY outcome, kind
ORDER BY documents DESC, outcome, kind;
