"""How a table becomes the bytes of a Parquet file, and comes back.

zstd level 3, one row group, rows in the table's order, a bloom filter on each id, the versions of schema and keys in
the metadata. Equal rows give equal bytes, from which a file takes its name.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import blake2b
from io import BytesIO
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from lake.stats import statistics
from lake.store import Store
from schemas.records import WrittenFile
from schemas.tables import KEYS_VERSION, SCHEMA_VERSION, SORTED_BY, TABLES

_AT_A_TIME: Final = 8
_IDS: Final = ("article_id", "revision_id", "reference_id", "sighting_id")


def in_order(name: str, rows: pa.Table) -> pa.Table:
    """Sort the rows of a table as `SORTED_BY` says."""
    return rows.sort_by([(column, "ascending") for column in SORTED_BY[name]])


def encode(name: str, rows: pa.Table) -> bytes:
    """Return the Parquet file of some rows of a table, in the order they have."""
    schema = rows.schema
    versions = {b"newsbeam.schema_version": SCHEMA_VERSION, b"newsbeam.keys_version": KEYS_VERSION}
    known = {key: str(number).encode() for key, number in versions.items()} | {b"newsbeam.table": name.encode()}
    order = [(column, "ascending") for column in SORTED_BY.get(name, ())]
    bloom = {column: {"ndv": max(rows.num_rows, 1), "fpp": 0.01} for column in schema.names if column in _IDS}
    sink = BytesIO()
    pq.write_table(
        rows.replace_schema_metadata(known),
        sink,
        compression="zstd",
        compression_level=3,
        row_group_size=max(rows.num_rows, 1),
        sorting_columns=pq.SortingColumn.from_ordering(schema, order) if order else None,
        bloom_filter_options=bloom,
    )
    return sink.getvalue()


def decode(data: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file, or some of its columns."""
    return pq.read_table(BytesIO(data), columns=list(columns) if columns else None, partitioning=None)


def write(store: Store, name: str, day: date, rows: pa.Table, run_id: str) -> WrittenFile:
    """Put sorted rows of one table and day into the store as a new file, named by its bytes."""
    data = encode(name, rows)
    digest = blake2b(data, digest_size=10).hexdigest()
    path = f"{name}/date={day.isoformat()}/part-{run_id}-{digest}.parquet"
    store.put(path, data)
    return WrittenFile(name, path, day, rows.num_rows, len(data), statistics(rows))


def read(store: Store, file: WrittenFile, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a file of a table in its schema; raises FileNotFoundError."""
    found = decode(store.get(file.path), columns)
    return found if columns else found.cast(TABLES[file.table])


def read_all(store: Store, paths: Iterable[str], columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Read many files, some at a time, and hand them over in order; raises FileNotFoundError.

    A column that a file of an older version does not have is null, where its table is named by the path.
    """
    with ThreadPoolExecutor(_AT_A_TIME, "read") as threads:
        yield from threads.map(lambda path: _columns(store, path, columns), paths)


def _columns(store: Store, path: str, columns: Sequence[str] | None) -> pa.Table:
    found = decode(store.get(path), columns)
    schema = TABLES.get(path.partition("/")[0])
    for name in columns or ():
        if schema is not None and name not in found.column_names:
            found = found.append_column(schema.field(name), pa.nulls(found.num_rows, schema.field(name).type))
    return found
