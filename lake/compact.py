"""Many small files of a table's day become one, with the order, bloom filters and metadata of our own writer."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import groupby
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from lake import parquet
from lake.delta import Part
from lake.replace import Live, Swap
from lake.store import Store
from schemas.tables import TABLES

#: Bytes of one file at most: what is read, sorted and written in memory at once.
TARGET: Final = 64 * 2**20
#: A file joins smaller ones when it is no larger than this, or than so many times all of them: so a day's big file is
#: not written anew for each late article, and a day has no more files than the logarithm of what came late.
SMALL: Final = 2**20
GROWTH: Final = 4

_THREADS: Final = 4
_TOGETHER: Final = 4 * 2**20  # bytes of a group that may be made beside others


def groups(files: Iterable[Live]) -> list[tuple[Live, ...]]:
    """Choose which files of a table become one: of the same day, two at least, and where it pays."""
    found: list[tuple[Live, ...]] = []
    by_day = sorted((file for file in files if file.size < TARGET // 2), key=lambda file: (file.day, file.size, file))
    for _, same in groupby(by_day, key=lambda file: file.day):
        found += [group for group in _grown(same) if len(group) > 1]
    return found


def _grown(files: Iterable[Live]) -> Iterator[tuple[Live, ...]]:
    """Cut the files of one day, from the smallest on, where the next would be too large."""
    group: list[Live] = []
    size = 0
    for file in files:
        if group and (size + file.size > TARGET or file.size > max(SMALL, GROWTH * size)):
            yield tuple(group)
            group, size = [], 0
        group.append(file)
        size += file.size
    yield tuple(group)


def compact(store: Store, name: str, chosen: Sequence[tuple[Live, ...]], run_id: str) -> Iterator[Swap]:
    """Write a file for each group, some at a time; they count once they are committed. Raises StoreError.

    A group of which a file is gone, because somebody else was faster, is left out.
    """
    small = [group for group in chosen if _size(group) <= _TOGETHER]
    large = [group for group in chosen if _size(group) > _TOGETHER]

    def written(group: tuple[Live, ...]) -> Swap | None:
        try:
            rows = read(store, name, [file.path for file in group])
        except FileNotFoundError:
            return None
        return Swap(group, (write(store, name, group[0].day, rows, run_id),))

    with ThreadPoolExecutor(_THREADS, "compact") as threads:
        made = [*threads.map(written, small)]
    yield from (swap for swap in (*made, *map(written, large)) if swap)


def read(store: Store, name: str, paths: Sequence[str]) -> pa.Table:
    """Read files of a table, in its newest schema and its order; raises FileNotFoundError, StoreError."""
    rows = rows_of(store, [f"{name}/{path}" for path in paths], TABLES[name])
    return parquet.in_order(name, rows)


def rows_of(store: Store, paths: Iterable[str], schema: pa.Schema) -> pa.Table:
    """Read files whole and join their rows; what an older version did not write is null."""
    with ThreadPoolExecutor(_THREADS, "read") as threads:
        found = list(threads.map(lambda path: _whole(store.get(path)), paths))
    alike: dict[pa.Schema, list[pa.Table]] = {}
    for rows in found:
        alike.setdefault(rows.schema, []).append(rows.replace_schema_metadata())
    return pa.concat_tables(fitted(pa.concat_tables(tables), schema) for tables in alike.values())


def _whole(data: bytes) -> pa.Table:
    # A third of the time of `parquet.decode`, which small files feel.
    return pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give rows of an older version the columns they lack, all null."""
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.chunked_array([pa.nulls(rows.num_rows, field.type)])
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def write(store: Store, name: str, day: str, rows: pa.Table, run_id: str) -> Part:
    """Write sorted rows as a new file of a table; raises StoreError."""
    made = parquet.write(store, name, date.fromisoformat(day), rows, run_id)
    return Part(made.path.removeprefix(f"{name}/"), made.size, day, made.stats)


def _size(group: Sequence[Live]) -> int:
    return sum(file.size for file in group)
