"""Write the rows of a query as Parquet files in folders by date, as the lake itself has them."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lake.row_parquet import ROWS, parquet_writer

_OPEN: Final = 50  # files at a time: rows mostly come in the order of their days
_NONE: Final = "__HIVE_DEFAULT_PARTITION__"


def write_folders(rows: duckdb.DuckDBPyRelation, root: Path) -> int:
    """Write the rows below a folder that is there, and return how many they are.

    The folder of a row is its column `date`, which the files then do not have. Raises SettingsError when a column is of
    a type that Parquet does not have.
    """
    reader = rows.to_arrow_reader(ROWS)
    days = _Days(root, pa.schema([field for field in reader.schema if field.name != "date"]))
    try:
        return sum(days.write(batch) for batch in reader)
    finally:
        days.close()


class _Days:
    """The files of the days, those that were written to last still open."""

    def __init__(self, root: Path, schema: pa.Schema) -> None:
        self._root = root
        self._schema = schema
        self._open: dict[str, tuple[pq.ParquetWriter, IO[bytes]]] = {}
        self._parts: dict[str, int] = {}

    def write(self, batch: pa.RecordBatch) -> int:
        """Write some rows, each where it belongs, and return their number."""
        for day, part in _by_day(pa.table(batch)):
            self._writer(day).write_table(part)
        return int(batch.num_rows)

    def close(self) -> None:
        """Finish all files."""
        for day in list(self._open):
            self._close(day)

    def _writer(self, day: str) -> pq.ParquetWriter:
        found = self._open.pop(day, None)
        if found is None:
            while len(self._open) >= _OPEN:
                self._close(next(iter(self._open)))
            self._parts[day] = self._parts.get(day, -1) + 1
            file = self._root / f"date={day}" / f"part-{self._parts[day]}.parquet"
            file.parent.mkdir(exist_ok=True)
            out = file.open("xb")
            found = parquet_writer(self._schema, out), out
        self._open[day] = found  # the last one now
        return found[0]

    def _close(self, day: str) -> None:
        writer, out = self._open.pop(day)
        with out:
            writer.close()


def _by_day(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    days = pc.cast(rows["date"], pa.date32())
    bare = rows.drop_columns(["date"])
    for day in pc.unique(days):
        which = pc.equal(days, day) if day.is_valid else pc.is_null(days)
        yield (str(day) if day.is_valid else _NONE), bare.filter(which)
