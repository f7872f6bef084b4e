"""Rows in, immutable Parquet files out; nothing of them counts before a commit.

Rows are kept by table and day, packed into Arrow every thousand, and written when a table's day has many rows, when all
together take much memory, or at a flush.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

import pyarrow as pa

from lake import parquet
from lake.store import Store
from schemas.outcomes import OUTCOMES
from schemas.records import WrittenFile
from schemas.tables import TABLES

_PACK: Final = 1000
_ROW: Final = 200  # bytes a row is taken to weigh beside its strings, until it is packed


class Limits(NamedTuple):
    """When the writer stops waiting for a flush."""

    rows: int = 100_000  # of one table and day
    bytes: int = 64 * 2**20  # of everything that waits


class _Waiting:
    """The rows of one table and day that are not written yet."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows: list[dict[str, Any]] = []
        self.packed: list[pa.Table] = []
        self.count = 0
        self.size = 0

    def add(self, row: dict[str, Any], size: int) -> int:
        """Keep a row; return by how many bytes the whole grew."""
        before = self.size
        self.rows.append(row)
        self.count += 1
        self.size += size
        if len(self.rows) >= _PACK:
            self.pack()
        return self.size - before

    def pack(self) -> None:
        """Turn the rows into Arrow, which takes a fraction of their memory."""
        if self.rows:
            try:
                self.packed.append(pa.Table.from_pylist(self.rows, schema=self.schema))
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeError) as error:
                raise ValueError(f"a row does not fit its table: {error}") from error
            self.rows = []
            self.size = sum(table.nbytes for table in self.packed)

    def take(self) -> pa.Table:
        """Return all rows as one table."""
        self.pack()
        return pa.concat_tables(self.packed).combine_chunks()


class TableWriter:
    """Gathers the rows of one bundle and writes them by table and day. One thread at a time may use it."""

    def __init__(self, store: Store, run_id: str, limits: Limits = Limits()) -> None:  # noqa: B008  a constant
        self._store = store
        self._run_id = run_id
        self._limits = limits
        self._size = 0
        self._waiting: dict[tuple[str, date], _Waiting] = {}
        self._required = {
            name: frozenset(field.name for field in schema if not field.nullable) for name, schema in TABLES.items()
        }

    def add(self, table: str, day: date, row: dict[str, Any]) -> list[WrittenFile]:
        """Keep a row; return the files written because a limit was reached.

        A value may be a NamedTuple where the column is a struct. A lone surrogate, which UTF-8 has no bytes for,
        becomes `?`. Raises ValueError when a column is unknown, a required one is missing, or an outcome is not in the
        vocabulary; StoreError when a file can not be written.
        """
        self._check(table, row)
        clean = {name: _plain(value) for name, value in row.items()}
        key = (table, day)
        if key not in self._waiting:
            self._waiting[key] = _Waiting(TABLES[table])
        waiting = self._waiting[key]
        self._size += waiting.add(clean, _ROW + _weight(clean))
        written = [self._write(key)] if waiting.count >= self._limits.rows else []
        while self._size > self._limits.bytes:
            written.append(self._write(max(self._waiting, key=lambda key: self._waiting[key].size)))
        return written

    def flush(self) -> list[WrittenFile]:
        """Write everything that waits."""
        return [self._write(key) for key in sorted(self._waiting)]

    def _write(self, key: tuple[str, date]) -> WrittenFile:
        table, day = key
        waiting = self._waiting[key]
        rows = parquet.in_order(table, waiting.take())
        written = parquet.write(self._store, table, day, rows, self._run_id)
        del self._waiting[key]
        self._size = sum(waiting.size for waiting in self._waiting.values())
        return written

    def _check(self, table: str, row: dict[str, Any]) -> None:
        if table not in TABLES:
            raise ValueError(f"there is no table {table}")
        unknown = row.keys() - set(TABLES[table].names)
        if unknown:
            raise ValueError(f"{table} has no column {min(unknown)}")
        missing = [name for name in self._required[table] if row.get(name) is None]
        if missing:
            raise ValueError(f"{table} needs {min(missing)}")
        if table == "outcomes" and row["outcome"] not in OUTCOMES:
            raise ValueError(f"{row['outcome']} is not in the vocabulary of outcomes")


def write_rows(store: Store, run_id: str, rows: Iterable[tuple[str, date, dict[str, Any]]]) -> list[WrittenFile]:
    """Write a few rows, given as (table, day, row), and return their files; raises what `TableWriter.add` raises."""
    writer = TableWriter(store, run_id)
    written = [file for table, day, row in rows for file in writer.add(table, day, row)]
    return written + writer.flush()


def _plain(value: Any) -> Any:
    """Return a value that Arrow takes: NamedTuples as dicts, text without lone surrogates."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: _plain(part) for name, part in zip(value._fields, value, strict=True)}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _weight(value: Any) -> int:
    """Estimate the bytes of the text and bytes in a value."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_weight, value.values()))
    return sum(map(_weight, value)) if isinstance(value, list) else 8
