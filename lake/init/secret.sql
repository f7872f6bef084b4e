-- The keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (else MINIO_…) and stand nowhere. Only DuckDB's
-- command line can do that; in a program, run this first:
--     SET VARIABLE newsbeam_keys = ['key', 'secret', 'session token, or nothing'];
-- With a network, `INSTALL httpfs;` once; without, `LOAD` the file of the extension before this is read.
LOAD httpfs;
${authority}SET VARIABLE newsbeam_environment = (
    SELECT CASE WHEN count(*) > 0 THEN
        'SELECT [getenv(''AWS_ACCESS_KEY_ID''), getenv(''AWS_SECRET_ACCESS_KEY''),
                getenv(''AWS_SESSION_TOKEN'')] AS aws,
            [getenv(''MINIO_ACCESS_KEY''), getenv(''MINIO_SECRET_KEY''), ''''] AS minio'
    ELSE 'SELECT ['''', '''', ''''] AS aws, ['''', '''', ''''] AS minio' END
    FROM duckdb_functions() WHERE function_name = 'getenv'
);
SET VARIABLE newsbeam_found = (
    SELECT coalesce(getvariable('newsbeam_keys'), CASE WHEN aws[1] <> '' THEN aws ELSE minio END)
    FROM query(getvariable('newsbeam_environment'))
);
CREATE OR REPLACE SECRET newsbeam (
    TYPE s3, SCOPE $scope, ENDPOINT $address, URL_STYLE 'path', USE_SSL $secure, REGION $region,
    KEY_ID getvariable('newsbeam_found')[1], SECRET getvariable('newsbeam_found')[2],
    SESSION_TOKEN getvariable('newsbeam_found')[3]
);
RESET VARIABLE newsbeam_found;
