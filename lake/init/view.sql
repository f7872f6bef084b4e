-- `$table`: its files; a column that only newer files have is null in the others, and one that none has is null in all.
CREATE OR REPLACE VIEW "_$table" AS FROM query(CASE
    WHEN len(getvariable('newsbeam_files')['$table']) > 0 THEN
        'SELECT * FROM read_parquet(getvariable(''newsbeam_files'')[''$table''], union_by_name = true$folders)
        UNION ALL BY NAME '
    ELSE ''
END || '$columns');
