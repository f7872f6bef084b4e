"""The subscribed feeds and what their polls have taught, read from `feeds` and `feed_fetches`; rows to write there."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from lake import log, parquet
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
    """Return the subscribed feeds in the order of their addresses, each as its last poll left it; raises StoreError."""
    return Feeds(store).states()


class Feeds:
    """The subscribed feeds of a lake, brought up to date by what the log has added since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0
        self._subscribed: dict[str, FeedState] = {}
        self._polls: dict[str, dict[str, Any]] = {}  # the last row of `feed_fetches` of each

    def states(self, store: Store | None = None) -> list[FeedState]:
        """Return them as they are now, read through another store object if one is given; raises StoreError."""
        self._store = store or self._store
        now = log.snapshot(self._store)
        if not self._seen or now.head < self._seen:
            self._load()
        elif now.head > self._seen:
            self._follow(now.entries(self._seen))
        self._seen = now.head
        known = ((state, self._polls.get(name)) for name, state in self._subscribed.items())
        return sorted((_learned(state, row) if row else state for state, row in known), key=lambda state: state.url)

    def _load(self) -> None:
        """Read it all; of `feed_fetches` as many days, from the newest back, as hold the last poll of each feed."""
        files = live_files(self._store, ("feeds", "feed_fetches"))
        self._subscribed = {state.feed_id: state for state in _subscribed(self._store, files["feeds"])}
        self._polls = {}
        missing = set(self._subscribed)
        for day in _days(files["feed_fetches"]):
            found = _latest(row for row in _rows(self._store, day) if row["feed_id"] in missing)
            self._polls |= found
            missing -= found.keys()
            if not missing:
                break

    def _follow(self, entries: Sequence[log.Entry]) -> None:
        """Read the polls that some entries tell of; where they change a subscription, read it all."""
        files = [file for entry in entries for file in entry.files]
        try:
            if any(file.table == "feeds" for file in files):
                self._load()
                return
            polls = [file.path for file in files if file.table == "feed_fetches"]
            new = _rows(self._store, polls)
            known = (row for row in new if row["feed_id"] in self._subscribed)
            self._polls = _latest([*self._polls.values(), *known])
        except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
            self._load()


_caches: dict[tuple[int, str, str], Feeds] = {}


def feeds_of(store: Store) -> list[FeedState]:
    """Return what `feed_states` does, from this process's cache of the lake's feeds; raises StoreError."""
    place = (os.getpid(), store.settings.uri, store.settings.endpoint)
    if place not in _caches:
        _caches[place] = Feeds(store)
    return _caches[place].states(store)


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


def _latest(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the last poll of each feed."""
    last: dict[str, dict[str, Any]] = {}
    for row in rows:
        before = last.get(row["feed_id"])
        if before is None or row["last_fetch_attempt"] >= before["last_fetch_attempt"]:
            last[row["feed_id"]] = row
    return last


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
