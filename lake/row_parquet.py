"""Write the rows of a query as one Parquet file, some thousand rows at a time, to any file or pipe."""

from typing import IO, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import SettingsError

ROWS: Final = 10_000  # at a time


class _Counted:
    """A sink that knows how much it has taken, as pyarrow asks even of a pipe."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._size = 0
        self.closed = False

    def write(self, data: Any) -> int:
        self._out.write(data)
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self.closed = True


def write_parquet(rows: duckdb.DuckDBPyRelation, out: IO[bytes]) -> int:
    """Write one file to `out`, which stays open, and return how many rows it has.

    Raises SettingsError when a column is of a type that Parquet does not have.
    """
    reader = rows.to_arrow_reader(ROWS)
    count = 0
    try:
        with parquet_writer(reader.schema, out) as writer:
            for batch in reader:
                writer.write_batch(batch)
                count += batch.num_rows
    except pa.ArrowNotImplementedError as error:
        raise SettingsError(f"Parquet has no type for a column of the query: {error}") from error
    return count


def parquet_writer(schema: pa.Schema, out: IO[bytes]) -> pq.ParquetWriter:
    """Return a writer to `out`, which it leaves open."""
    return pq.ParquetWriter(pa.PythonFile(_Counted(out), "w"), schema, compression="zstd", compression_level=3)
