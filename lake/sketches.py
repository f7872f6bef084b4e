"""Columns of stored articles by days: what stories and lines are told by, without their texts."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pyarrow as pa

from lake import parquet
from lake.snapshot import has_begun, live_files
from lake.store import Store


def rows_of_days(store: Store, table: str, days: Iterable[date], columns: Sequence[str]) -> pa.Table | None:
    """Read some columns of the partitions of some days; None where there is nothing.

    Raises:
        StoreError: the lake can not be read.

    """
    wanted = {f"date={day.isoformat()}" for day in days}
    paths = live_files(store, (table,))[table] if has_begun(store) else []
    found = list(parquet.read_all(store, [path for path in paths if path.split("/")[1] in wanted], columns))
    return pa.concat_tables(table.select(list(columns)) for table in found) if found else None


def days_between(first: date, last: date) -> list[date]:
    """List the days from the first to the last, both included."""
    return [first + timedelta(days) for days in range((last - first).days + 1)]
