"""The subscribed feeds and what their polls have taught, read from `feeds` and `feed_fetches`; rows to write there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from lake import parquet
from lake.snapshot import live_files
from lake.store import Store
from schemas.records import FeedState

#: Column of `feed_fetches` → field of `FeedState`, where they hold the same.
LEARNED: Final[dict[str, str]] = {
    "system_status": "status",
    "reason": "reason",
    "current_url": "fetch_url",
    "http_etag": "etag",
    "http_last_modified": "last_modified",
    "last_fetch_hash": "body_hash",
    "last_fetch_failures": "failures",
    "last_fetch_attempt": "last_attempt",
    "last_fetch_success": "last_success",
    "last_fetch_full": "last_full",
    "next_fetch_attempt": "next_attempt",
    "fresh_until": "fresh_until",
    "not_before": "not_before",
    "moved_to": "moved_to",
    "moved_times": "moved_times",
    "items_a_day": "items_a_day",
    "hints": "hints",
    "names_feed": "names_feed",
    "title": "title",
}


def feed_states(store: Store) -> list[FeedState]:
    """Return the subscribed feeds in the order of their addresses, each as its last poll left it; raises StoreError.

    Of `feed_fetches` only as many days are read, from the newest back, as it takes to find the last poll of each feed.
    """
    files = live_files(store, ("feeds", "feed_fetches"))
    found = {state.feed_id: state for state in _subscribed(store, files["feeds"])}
    missing = set(found)
    for day in _days(files["feed_fetches"]):
        last: dict[str, dict[str, Any]] = {}
        for row in _rows(store, day):
            if row["feed_id"] in missing and _later(row, last.get(row["feed_id"])):
                last[row["feed_id"]] = row
        for feed_id, row in last.items():
            found[feed_id] = _learned(found[feed_id], row)
        missing -= last.keys()
        if not missing:
            break
    return sorted(found.values(), key=lambda state: state.url)


def subscription_row(state: FeedState, changed_at: datetime, run_id: str, removed: bool = False) -> dict[str, Any]:
    """Make the row of `feeds` for a subscription that was added, changed or removed."""
    return {
        "feed_id": state.feed_id,
        "url": state.url,
        "name": state.name,
        "tags": list(state.tags),
        "every_seconds": state.every,
        "system_enabled": state.enabled,
        "removed": removed,
        "changed_at": changed_at,
        "run_id": run_id,
    }


def learned_columns(state: FeedState) -> dict[str, Any]:
    """Return the columns of `feed_fetches` that hold the state after a poll."""
    fields = state._asdict()
    return {column: fields[name] for column, name in LEARNED.items()} | {"poll_minutes": state.interval / 60}


def _subscribed(store: Store, paths: Sequence[str]) -> Iterator[FeedState]:
    last: dict[str, dict[str, Any]] = {}
    for row in _rows(store, paths):
        before = last.get(row["feed_id"])
        if before is None or row["changed_at"] >= before["changed_at"]:
            last[row["feed_id"]] = row
    for row in last.values():
        if not row["removed"]:
            yield FeedState(
                row["feed_id"],
                row["url"],
                row["name"] or "",
                tuple(row["tags"]),
                row["system_enabled"],
                row["every_seconds"],
            )


def _learned(state: FeedState, row: dict[str, Any]) -> FeedState:
    """Add what a poll has taught; of a poll at another address than the present one, how often news come."""
    if row["feed_url"] != state.url:
        return state._replace(items_a_day=row["items_a_day"])
    fields = {name: row[column] for column, name in LEARNED.items() if row.get(column) is not None}
    return state._replace(**fields, interval=row["poll_minutes"] * 60)


def _later(row: dict[str, Any], before: dict[str, Any] | None) -> bool:
    return before is None or row["last_fetch_attempt"] >= before["last_fetch_attempt"]


def _days(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield the files of one day after the other, the newest first."""
    days: dict[str, list[str]] = {}
    for path in paths:
        days.setdefault(path.split("/")[1], []).append(path)
    for day in sorted(days, reverse=True):
        yield days[day]


def _rows(store: Store, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    for table in parquet.read_all(store, paths):
        yield from table.to_pylist()
