-- The log comes after the tables, so that it is never behind them. Entries that no table lacks are not read.
$log
SET VARIABLE newsbeam_entries = (
    SELECT list(getvariable('newsbeam_lake') || '/runs/' || url_decode(path))
    FROM (
        SELECT path, max(seq) AS seq FROM _newsbeam_actions WHERE name = 'runs' AND path IS NOT NULL
        GROUP BY path
        HAVING arg_max(there, (version, there))
    )
    WHERE coalesce(seq > (SELECT min(seq) FROM _newsbeam_taken_in), true)
);
CREATE OR REPLACE TEMP TABLE _newsbeam_pending AS
SELECT seq, unnest(from_json(files, '[{"table": "VARCHAR", "path": "VARCHAR"}]')) AS file
FROM query(CASE
    WHEN len(getvariable('newsbeam_entries')) > 0 THEN
        'SELECT seq, files FROM read_parquet(getvariable(''newsbeam_entries''), hive_partitioning = false)'
    ELSE 'SELECT 0 AS seq, ''[]'' AS files WHERE false'
END);

-- The files, table by table.
SET VARIABLE newsbeam_files = (
    SELECT map_from_entries(list((name, files)))
    FROM (
        SELECT name, list(getvariable('newsbeam_lake') || '/' || path ORDER BY path) AS files
        FROM (
            SELECT name, name || '/' || url_decode(path) AS path FROM _newsbeam_actions
            WHERE path IS NOT NULL
            GROUP BY ALL
            HAVING arg_max(there, (version, there))
            UNION
            SELECT t.name, p.file.path
            FROM _newsbeam_pending AS p JOIN _newsbeam_taken_in AS t ON t.name = p.file."table"
            WHERE p.seq > t.seq
        )
        GROUP BY name
    )
);
