"""Keep the entries of a feed while it is read, no more than there may be."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, Protocol

from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_entries import entry_of
from transforms.fetch.feed_records import FeedEntry, FeedPlace
from transforms.fetch.feed_texts import TEXT_LIMIT

#: Entries of one feed; of more, the newest stay.
MAX_ENTRIES: Final = 20_000
#: Seconds of CPU time that one feed may take, fewer than the pool allows; what was read until then counts.
TIME_LIMIT: Final = 7.0
#: Entries beyond those that are held until the oldest are dropped.
SPARE: Final = 2_000


class Dated(Protocol):
    """What has a date."""

    @property
    def published(self) -> datetime | None:
        """Its date, in UTC."""


class EntryKeeper:
    """Makes the records of the entries of one feed, and keeps the newest where there are too many."""

    def __init__(self, place: FeedPlace, each: Callable[[FeedEntry], Dated] | None = None) -> None:
        """Keep what `each` makes of an entry, as soon as that is read."""
        self.place = place
        self._dates = DateReader()
        self._each = each
        self._kept: list[Dated] = []
        self.deadline = time.process_time() + TIME_LIMIT
        self.seen = 0
        self.passed_over = 0  # entries that there was no time for
        self.is_cut = False  # a text was too long

    def add(self, entry: dict[str, Any], said: dict[str, Any]) -> None:
        """Keep an entry that feedparser found; `said` is what the feed has said of itself until then."""
        language = dict.get(said, "language")
        self._dates.language = language.strip() if isinstance(language, str) else ""
        self.keep(entry_of(entry, self.place, self._dates))

    def add_all(self, entries: Iterable[dict[str, Any]], said: dict[str, Any]) -> None:
        """Keep entries as `add` does."""
        for entry in entries:
            self.add(entry, said)

    def keep(self, entry: FeedEntry) -> None:
        """Keep an entry."""
        self.seen += 1
        self._kept.append(self._each(entry) if self._each else entry)
        if len(self._kept) > MAX_ENTRIES + SPARE:
            self._kept = newest(self._kept, MAX_ENTRIES)

    def is_late(self) -> bool:
        """Tell whether the time is up."""
        return time.process_time() > self.deadline

    def entries(self) -> list[Any]:
        """Return what was kept, in the order of the document."""
        return newest(self._kept, MAX_ENTRIES)

    def left_out(self) -> str:
        """Say what was not kept; "" where all was."""
        entries = self.seen + self.passed_over
        notes = [f"it takes too long: {self.seen} of {entries} entries are read"] * (self.passed_over > 0)
        notes += [f"only the newest {MAX_ENTRIES} of {self.seen} entries are read"] * (self.seen > MAX_ENTRIES)
        notes += [f"texts are read up to {TEXT_LIMIT} characters"] * self.is_cut
        return "; ".join(notes)


def newest(entries: list[Dated], most: int) -> list[Dated]:
    """Return the newest entries in the order that they stand in; of equally old ones the first, undated ones last."""
    if len(entries) <= most:
        return entries
    stamps = [entry.published.timestamp() if entry.published else 0.0 for entry in entries]
    kept = sorted(sorted(range(len(stamps)), key=lambda number: -stamps[number])[:most])
    return [entries[number] for number in kept]
