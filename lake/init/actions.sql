-- The commits that count: of each table its newest checkpoint, and what follows it without a gap.
CREATE OR REPLACE TEMP TABLE _newsbeam_commits AS
WITH listed AS (
    SELECT
        file,
        parse_path(file)[-3] AS name,
        parse_filename(file)[:20]::BIGINT AS version,
        suffix(file, '.json') AS follows
    FROM glob(list_transform(
        ${names},
        lambda name: getvariable('newsbeam_lake') || '/' || name || '/_delta_log/*'
    ))
    WHERE regexp_full_match(parse_filename(file), '\d{20}(\.checkpoint\.parquet|\.json)')
),
begun AS (
    SELECT *, coalesce(max(version) FILTER (NOT follows) OVER (PARTITION BY name), -1) AS checkpoint FROM listed
)
SELECT file, follows
FROM begun
WHERE CASE WHEN follows THEN version > checkpoint ELSE version = checkpoint END
QUALIFY NOT follows OR version = checkpoint + row_number() OVER (PARTITION BY name, follows ORDER BY version);
SET VARIABLE newsbeam_commits = (SELECT list(file) FILTER (follows) FROM _newsbeam_commits);
SET VARIABLE newsbeam_checkpoints = (SELECT list(file) FILTER (NOT follows) FROM _newsbeam_commits);

-- What stands in them, an action a row: a file that came or went, or the last entry of the log that was taken in.
INSERT INTO _newsbeam_actions
SELECT
    parse_path(filename)[-3] AS name,
    parse_filename(filename)[:20]::BIGINT AS version,
    coalesce("add".path, remove.path) AS path,
    "add".path IS NOT NULL AS there,
    CASE
        WHEN name = 'runs' THEN ("add".stats::JSON -> 'maxValues' ->> 'seq')::BIGINT
        WHEN txn.appId = 'newsbeam' THEN txn.version
    END AS seq
FROM query(concat_ws(' UNION ALL ',
    'SELECT '''' AS filename, {path: '''', stats: ''''} AS "add", {path: ''''} AS remove,
        {appId: '''', version: 0} AS txn
    WHERE false',
    CASE WHEN len(getvariable('newsbeam_commits')) > 0 THEN
        'SELECT filename, "add", remove, txn
        FROM read_json(getvariable(''newsbeam_commits''), filename = true, format = ''newline_delimited'', columns = {
            "add": ''STRUCT(path VARCHAR, stats VARCHAR)'', remove: ''STRUCT(path VARCHAR)'',
            txn: ''STRUCT(appId VARCHAR, version BIGINT)''
        })'
    END,
    CASE WHEN len(getvariable('newsbeam_checkpoints')) > 0 THEN
        'SELECT filename, {path: "add".path, stats: "add".stats}, {path: remove.path},
            {appId: txn.appId, version: txn.version}
        FROM read_parquet(getvariable(''newsbeam_checkpoints''), filename = true, union_by_name = true,
            hive_partitioning = false)'
    END
))
WHERE path IS NOT NULL OR seq IS NOT NULL;
