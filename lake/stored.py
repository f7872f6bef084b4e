"""Which rows of the lake can be made again: the latest revisions, and the failures that still stand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from lake import parquet
from lake.snapshot import has_begun, live_files
from lake.store import Store
from schemas.outcomes import STORED
from schemas.records import StoredRows
from schemas.tables import TABLES

#: Tells by address and time whether a row is meant.
Keep = Callable[[str, datetime | None], bool]


def latest_revisions(store: Store, keep: Keep) -> list[StoredRows]:
    """List the latest revision of every article that is meant by its address and time of publication, by files.

    Raises:
        StoreError: the lake can not be read.

    """
    last: dict[str, tuple[Any, ...]] = {}
    columns = ("article_id", "revision_id", "fetched_at", "ingested_at", "url", "published_at")
    for path, row in _rows(store, "articles", columns):
        order = (row["fetched_at"], row["ingested_at"], row["revision_id"])
        if row["article_id"] not in last or order > last[row["article_id"]][:3]:
            last[row["article_id"]] = (*order, path, row["url"] or "", row["published_at"])
    return _by_file((path, revision) for _, _, revision, path, url, at in last.values() if keep(url, at))


def standing_failures(store: Store, keep: Keep) -> list[StoredRows]:
    """List the last dead letter of everything of which nothing was stored since, by files; times are of the failure.

    Raises:
        StoreError: the lake can not be read.

    """
    columns = ("reference_id", "outcome")
    stored = {row["reference_id"] for _, row in _rows(store, "outcomes", columns) if row["outcome"] == STORED}
    last: dict[str, tuple[datetime, str]] = {}
    for path, row in _rows(store, "dead_letters", ("reference_id", "url", "failed_at", "payload_size")):
        name, found = row["reference_id"], (row["failed_at"], path)
        if row["payload_size"] and name not in stored and keep(row["url"] or "", row["failed_at"]):
            last[name] = max(last.get(name, found), found)
    return _by_file((path, name) for name, (_, path) in last.items())


def read_rows(store: Store, rows: StoredRows) -> list[dict[str, Any]]:
    """Read the rows that are meant, whole; a column that only newer versions write is null.

    Raises StoreError; FileNotFoundError when the file was compacted away meanwhile.
    """
    table = rows.path.partition("/")[0]
    key, wanted = ("revision_id" if table == "articles" else "reference_id"), set(rows.ids)
    (found,) = parquet.read_all(store, [rows.path], TABLES[table].names)
    return [row for row in found.to_pylist() if row[key] in wanted]


def day_of(path: str) -> date:
    """Return the day of the partition that a file is in."""
    return date.fromisoformat(path.split("/")[1].removeprefix("date="))


def _rows(store: Store, table: str, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    paths = live_files(store, (table,))[table] if has_begun(store) else []
    for path, found in zip(paths, parquet.read_all(store, paths, columns), strict=True):
        for row in found.to_pylist():
            yield path, row


def _by_file(found: Iterable[tuple[str, str]]) -> list[StoredRows]:
    chosen: dict[str, list[str]] = {}
    for path, name in found:
        chosen.setdefault(path, []).append(name)
    return [StoredRows(path, tuple(sorted(chosen[path]))) for path in sorted(chosen)]
