"""What is older than its owner wants to keep: articles and dead letters go, the ledger and the sightings become thin.

Keys outlive it all. Of an old line in the ledger and of an old sighting the ids stay, and the word that says how it
ended: else every item that a feed still lists would come back.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lake import delta, parquet
from lake.compact import rows_of, write
from lake.delta import Part, Snapshot
from lake.replace import Live, Swap, live
from lake.store import Store
from schemas.settings import RetentionSettings
from schemas.tables import TABLES

#: Tables whose old days go as a whole, by the setting that says how old.
DROPPED: Final = {
    "articles": "articles_days",
    "mentions": "articles_days",
    "clusters": "articles_days",
    "dead_letters": "dead_letters_days",
}
#: Tables whose old rows keep these columns alone; others are null or empty.
THINNED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "outcomes": (
        "outcomes_days",
        ("reference_id", "article_id", "revision_id", "outcome", "kind", "step", "seen_at", "retry_at", "run_id"),
    ),
    "sightings": (
        "sightings_days",
        ("sighting_id", "words_id", "entry_id", "feed_id", "article_id", "seen_at", "run_id"),
    ),
}
_EMPTIED: Final = {"outcomes": "source_uri", "sightings": "feed_url"}  # "" in every row of a file that is thin


def outdated(
    store: Store, name: str, settings: RetentionSettings, today: date, run_id: str
) -> Iterator[tuple[Swap, int]]:
    """Yield what is to come in the place of files with outdated rows, and how many rows of each it is about.

    New files are written on the way; they count once they are committed. Raises StoreError.
    """
    for file in outdated_files(store, name, settings, today):
        found = rows_of(store, [f"{name}/{file.path}"], TABLES[name])
        kept = _kept(store, name, found)
        if not kept.equals(found):
            gone = found.num_rows - (kept.num_rows if name == "feed_fetches" else 0)
            yield Swap((file,), _written(store, name, file, kept, run_id)), gone


def _written(store: Store, name: str, file: Live, rows: pa.Table, run_id: str) -> tuple[Part, ...]:
    return (write(store, name, file.day, parquet.in_order(name, rows), run_id),) if rows.num_rows else ()


def outdated_files(store: Store, name: str, settings: RetentionSettings, today: date) -> list[Live]:
    """Return the files of a table that hold rows which are too old and have not been dealt with."""
    days = _days(name, settings)
    table = delta.load(store, name)
    if not days or table is None:
        return []
    first = (today - timedelta(days)).isoformat()
    thin = _thin(table, name)
    return [file for file in live(table) if file.day < first and file.path not in thin]


def _days(name: str, settings: RetentionSettings) -> int:
    setting = "feed_fetches_days" if name == "feed_fetches" else DROPPED.get(name) or THINNED.get(name, ("",))[0]
    return int(getattr(settings, setting)) if setting else 0


def _thin(table: Snapshot, name: str) -> set[str]:
    """Return the files in which every row is thin already."""
    actions = table.actions()
    column = f"max.{_EMPTIED.get(name, '')}"
    if column not in actions.column_names:
        return set()
    most = zip(actions["path"].to_pylist(), actions[column].to_pylist(), strict=True)
    return {path for path, value in most if value == ""}


def _kept(store: Store, name: str, rows: pa.Table) -> pa.Table:
    """Return what stays of rows that are too old."""
    if name in DROPPED:
        return rows.slice(0, 0)
    if name == "feed_fetches":
        return rows.filter(_is_last_poll(store, rows))
    return thin(name, rows)


def thin(name: str, rows: pa.Table) -> pa.Table:
    """Empty all columns of outdated rows but those that stay; a link that is pending stays as it is."""
    waits = pc.is_valid(rows["retry_at"]) if name == "outcomes" else pa.repeat(False, rows.num_rows)
    columns = []
    for field in rows.schema:
        column = rows[field.name]
        if field.name not in THINNED[name][1]:
            nothing = _nothing(field, rows.num_rows)
            column = nothing if pa.types.is_nested(field.type) else pc.if_else(waits, column, nothing)
        columns.append(column)
    return pa.table(columns, schema=rows.schema)


def _nothing(field: pa.Field, count: int) -> pa.Array:
    """Return a column that says nothing: nulls where they are allowed."""
    if field.nullable:
        return pa.nulls(count, field.type)
    empty: Any = [] if pa.types.is_list(field.type) else 0 if pa.types.is_integer(field.type) else ""
    return pa.array([empty] * count, field.type)


def _is_last_poll(store: Store, rows: pa.Table) -> pa.Array:
    """Tell of each poll whether it is the last of its feed, whose state it holds."""
    last: dict[str, Any] = {}
    paths = [f"feed_fetches/{file.path}" for file in live(delta.load(store, "feed_fetches"))]
    for found in parquet.read_all(store, paths, ("feed_id", "last_fetch_attempt")):
        for feed, at in zip(found["feed_id"].to_pylist(), found["last_fetch_attempt"].to_pylist(), strict=True):
            last[feed] = max(last.get(feed, at), at)
    pairs = zip(rows["feed_id"].to_pylist(), rows["last_fetch_attempt"].to_pylist(), strict=True)
    return pa.array([last.get(feed) == at for feed, at in pairs], pa.bool_())
