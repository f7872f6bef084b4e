"""What the lake knows of the lines of each publisher: learned, its owner's own, candidates, forgotten."""

import os
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lake import log, parquet
from lake.commit import commit
from lake.run import Run
from lake.snapshot import has_begun, live_files
from lake.store import Store, open_store
from lake.writer import write_rows
from schemas.records import LineRules
from schemas.settings import LakeSettings

#: Statuses of lines that are taken out of texts.
TAKEN = frozenset({"learned", "own"})


class LineState(NamedTuple):
    """One line of a publisher, or a built-in rule that is turned off, as it was left last."""

    line_id: str  # 16 hex digits, or the name of a built-in rule
    publisher: str  # "" for every publisher
    line_hash: bytes  # b"" for a built-in rule
    line: str
    status: str  # candidate | learned | own | forgotten
    articles: int = 0  # different articles in which it was met
    changed_at: datetime | None = None  # UTC; None: now

    @property
    def rule(self) -> str:
        """The name under which it stands in `removed`."""
        return f"{self.status}.{self.line_id[:8]}" if self.line_hash else self.line_id


class LineBook:
    """The line rules of every publisher as of one moment of the lake."""

    def __init__(self, states: Iterable[LineState] = ()) -> None:
        self._taken: dict[str, dict[bytes, str]] = {}
        self._off: dict[str, set[str]] = {}
        for state in states:
            if not state.line_hash and state.status == "forgotten":
                self._off.setdefault(state.publisher, set()).add(state.line_id)
            elif state.line_hash and state.status in TAKEN:
                self._taken.setdefault(state.publisher, {})[state.line_hash] = state.rule

    def rules_for(self, publisher: str) -> LineRules:
        """Return the rules for a publisher's lines: those for everybody, and its own."""
        names = ("", publisher) if publisher else ("",)
        taken: dict[bytes, str] = {}
        off: set[str] = set()
        for name in names:
            taken |= self._taken.get(name, {})
            off |= self._off.get(name, set())
        return LineRules(taken, frozenset(off))


def line_states(store: Store) -> dict[tuple[str, str], LineState]:
    """Return the last state of every line by (publisher, line_id); nothing for a lake that is not there.

    Raises:
        StoreError: the lake can not be read.

    """
    last: dict[tuple[str, str], LineState] = {}
    paths = live_files(store, ("lines",))["lines"] if has_begun(store) else []
    for state in _states(store, paths):
        key = (state.publisher, state.line_id)
        before = last.get(key)
        if before is None or (state.changed_at, state.status) >= (before.changed_at, before.status):
            last[key] = state
    return last


def line_row(state: LineState, changed_at: datetime, run_id: str) -> dict[str, Any]:
    """Make the row of `lines` for a line that was learned, added or forgotten."""
    return state._asdict() | {"changed_at": changed_at, "run_id": run_id}


def change_lines(store: Store, run: Run, states: Iterable[LineState]) -> None:
    """Write lines as they are now; raises StoreError."""
    now = datetime.now(UTC)
    rows = (("lines", now.date(), line_row(state, now, run.run_id)) for state in states)
    commit(store, run.run_id, write_rows(store, run.run_id, rows), log.head(store))


def _states(store: Store, paths: Iterable[str]) -> Iterator[LineState]:
    for table in parquet.read_all(store, paths):
        for row in table.to_pylist():
            yield LineState(*(row[name] for name in LineState._fields))


class _Book(NamedTuple):
    head: int
    book: LineBook


_books: dict[tuple[int, str, str], _Book] = {}
_lock = threading.Lock()


def line_book(settings: LakeSettings) -> LineBook:
    """Return the line rules of the lake as they are now, read again only when something was committed since.

    Raises:
        StoreError: the lake can not be read.

    """
    store = open_store(settings)
    place = (os.getpid(), settings.uri, settings.endpoint)
    with _lock:
        head = log.head(store)
        if place not in _books or _books[place].head != head:
            _books[place] = _Book(head, LineBook(line_states(store).values()))
        return _books[place].book
