"""Open a DuckDB connection over the committed files of a lake, on disk or on S3 alike. Reads only."""

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from lake import delta, log
from lake.column_types import no_rows
from lake.snapshot import has_begun, live_files
from lake.store import Store
from schemas.errors import SettingsError, StoreError
from schemas.tables import RUNS, TABLES

if TYPE_CHECKING:  # on a lake in a folder nobody waits for the S3 client
    from lake.s3 import S3Store


def connect(store: Store) -> duckdb.DuckDBPyConnection:
    """Give a connection with the views of `lake/sql/`, over one consistent state of the lake.

    S3 is read by DuckDB's httpfs where that can be loaded, else by pyarrow: the answers are the same.
    """
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB 1.5.5 fails on min(date) and max(date) over a table of one file with it (duckdb/duckdb#25629).
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    connection.execute("SET parquet_metadata_cache = true")  # the files of a lake never change
    native = _reads_itself(connection, store)
    for table, paths in _reachable(store).items():
        if not paths:
            _empty(connection, table)
        elif native:
            _parquet(connection, table, [store.uri(path) for path in paths])
        else:
            _dataset(connection, table, store, paths)
    _log(connection, store, native)
    for script in sorted(files("lake").joinpath("sql").iterdir(), key=lambda entry: entry.name):
        connection.execute(script.read_text(encoding="utf-8"))
    return connection


def _reachable(store: Store) -> dict[str, list[str]]:
    """List the live files of every table; none where nothing was ever committed.

    Raises:
        SettingsError: the store can not be reached or refuses.

    """
    try:
        return live_files(store) if has_begun(store) else {table: [] for table in TABLES}
    except StoreError as error:
        raise SettingsError(str(error)) from error


def _log(connection: duckdb.DuckDBPyConnection, store: Store, native: bool) -> None:
    """Make the relation `_runs` of the entries of the log; they are read when a query asks for them."""
    paths = sorted(f"{log.TABLE}/{path}" for path in delta.paths(delta.load(store, log.TABLE)))
    if not paths:
        connection.execute(f"CREATE VIEW _runs AS {no_rows(RUNS, dated=False)}")
    elif native:
        names = ", ".join(_quoted(store.uri(path)) for path in paths)
        connection.register("_runs_columns", RUNS.empty_table())
        connection.execute(
            f"CREATE VIEW _runs AS SELECT * FROM read_parquet([{names}], union_by_name = true) "
            "UNION ALL BY NAME SELECT * FROM _runs_columns"
        )
    else:
        import pyarrow.dataset as ds

        filesystem, base = store.filesystem()
        uris = [f"{base}/{path}" for path in paths]
        connection.register("_runs", ds.dataset(uris, schema=RUNS, filesystem=filesystem, format="parquet"))


def _parquet(connection: duckdb.DuckDBPyConnection, table: str, uris: list[str]) -> None:
    """Make the view; a column that only newer versions write is null where no file has it."""
    names = ", ".join(_quoted(uri) for uri in uris)
    source = f"read_parquet([{names}], union_by_name = true, hive_partitioning = true, hive_types = {{'date': DATE}})"
    connection.execute(f'CREATE VIEW "_{table}" AS SELECT * FROM {source}')
    there = {row[1] for row in connection.execute(f"PRAGMA table_info('_{table}')").fetchall()}
    if set(TABLES[table].names) - there:
        columns = no_rows(TABLES[table])
        connection.execute(f'CREATE OR REPLACE VIEW "_{table}" AS SELECT * FROM {source} UNION ALL BY NAME {columns}')


def _dataset(connection: duckdb.DuckDBPyConnection, table: str, store: Store, paths: list[str]) -> None:
    import pyarrow as pa
    import pyarrow.dataset as ds  # takes a tenth of a second, and most lakes are read without it

    filesystem, base = store.filesystem()
    schema = TABLES[table].append(pa.field("date", pa.date32()))
    source = ds.dataset(
        [f"{base}/{path}" for path in paths],
        schema=schema,
        filesystem=filesystem,
        format="parquet",
        partitioning=ds.partitioning(pa.schema([("date", pa.date32())]), flavor="hive"),
        partition_base_dir=f"{base}/{table}",
    )
    connection.register(f"_{table}", source)


def _empty(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    connection.execute(f'CREATE VIEW "_{table}" AS {no_rows(TABLES[table])}')


def _reads_itself(connection: duckdb.DuckDBPyConnection, store: Store) -> bool:
    """Tell whether DuckDB reads the store without pyarrow."""
    if not store.settings.remote:
        return True
    from lake.s3 import S3Store

    return isinstance(store, S3Store) and _load_httpfs(connection, store)


def httpfs_files() -> list[Path]:
    """Return where the extension lies that came as a package, if it did and fits this DuckDB."""
    spec = find_spec("duckdb_extension_httpfs")
    packaged = [Path(place) for place in (spec.submodule_search_locations if spec else None) or []]
    return [path for place in packaged for path in place.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")]


def _load_httpfs(connection: duckdb.DuckDBPyConnection, store: "S3Store") -> bool:
    found = httpfs_files()
    try:
        if not found:
            return False
        connection.execute(f"LOAD {_quoted(str(found[0]))}")
        if store.settings.ca_file:
            connection.execute(f"SET ca_cert_file = {_quoted(store.settings.ca_file)}")
        access_key, secret_key, token = store.credentials()
        connection.execute(_secret(store, access_key, secret_key, token))
    except duckdb.Error:
        return False
    return True


def _secret(store: "S3Store", access_key: str, secret_key: str, token: str | None) -> str:
    session = f", SESSION_TOKEN {_quoted(token)}" if token else ""
    return (
        f"CREATE SECRET newsbeam (TYPE s3, KEY_ID {_quoted(access_key)}, SECRET {_quoted(secret_key)}{session}, "
        f"ENDPOINT {_quoted(store.endpoint)}, URL_STYLE 'path', USE_SSL {str(store.secure).lower()}, "
        f"REGION {_quoted(store.region)})"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
