-- The lake $lake, for a DuckDB of your own: `duckdb -init init.sql`. Made by `newsbeam sql --emit-init`.
--
-- No file is named here and no key: whenever this is read, it looks up in the logs of the lake which files count, and
-- needs no extension for that. The views show the lake of that moment; `.read init.sql` again shows what came since.

-- Where the lake is. Change it when the lake has moved.
SET VARIABLE newsbeam_lake = $quoted;

SET TimeZone = 'UTC';
SET parquet_metadata_cache = true;  -- the files of a lake never change
SET disabled_optimizers = 'statistics_propagation';  -- min(date) over a single file fails with it: duckdb/duckdb#25629
