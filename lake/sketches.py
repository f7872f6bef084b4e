"""Columns of stored articles by days: what stories and lines are told by, without their texts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from lake import parquet
from lake.snapshot import has_begun, live_files
from lake.store import Store


def rows_of_days(store: Store, table: str, days: Iterable[date], columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield some columns of the partitions of some days, file by file.

    Raises:
        StoreError: the lake can not be read.

    """
    wanted = {f"date={day.isoformat()}" for day in days}
    paths = live_files(store, (table,))[table] if has_begun(store) else []
    for found in parquet.read_all(store, [path for path in paths if path.split("/")[1] in wanted], columns):
        yield found.select(list(columns))


def of_publishers(articles: pa.Table, publishers: Iterable[str]) -> pa.Table:
    """Keep the rows of some publishers: domains, or sources of articles without one."""
    domain = pc.fill_null(articles["domain"], "")
    publisher = pc.if_else(pc.equal(domain, ""), articles["source"], domain)
    return articles.filter(pc.is_in(publisher, pa.array(sorted(publishers), pa.string())))


def days_between(first: date, last: date) -> list[date]:
    """List the days from the first to the last, both included."""
    return [first + timedelta(days) for days in range((last - first).days + 1)]
