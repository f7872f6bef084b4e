SELECT
    (SELECT count(*) FROM articles WHERE date BETWEEN $first AND $last) AS articles_published,
    (SELECT count(DISTINCT source) FROM articles WHERE date BETWEEN $first AND $last) AS sources,
    (SELECT count(*) FROM mentions WHERE date BETWEEN $first AND $last) AS names_in_them,
    (SELECT count(*) FROM outcomes WHERE seen_at >= $first AND seen_at < $last + 1) AS documents_read,
    (
        SELECT count(*) FROM outcomes WHERE seen_at >= $first AND seen_at < $last + 1 AND outcome = 'stored'
    ) AS revisions_stored,
    (
        SELECT count(*) FROM dead_letters WHERE failed_at >= $first AND failed_at < $last + 1 AND NOT stored_since
    ) AS dead_letters,
    (SELECT count(*) FROM pending) AS links_pending,
    (SELECT count(*) FROM articles) AS articles_in_the_lake
