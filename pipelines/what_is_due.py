"""At each tick of a stream: what is due now, as the lake and a watched folder tell."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput

from lake.feeds import feeds_of
from lake.known import known
from lake.store import open_store
from pipelines.due import closed_hosts, due_feeds, due_links, feeds_meant
from pipelines.inputs import REFERENCES_OF_A_FEED, Inputs
from pipelines.pace import Pace
from pipelines.watched_folder import WatchedFolder
from schemas.records import FeedState, Found
from schemas.settings import LakeSettings, Settings
from transforms import coders  # noqa: F401
from transforms.article.seeds import shards
from transforms.commit_files import mark
from transforms.stop import STOP

#: Names of the outputs; the main one are feeds.
LINKS, SEEDS, LISTS, MARKS = "links", "seeds", "lists", "marks"


class Handed:
    """What was handed out and has not come back: its state in the lake is still the same. A cache, nothing more.

    After `seconds` it is handed out again: what had it may be gone.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._out: dict[str, tuple[Hashable, float]] = {}

    def take(self, states: dict[str, Hashable], most: int) -> set[str]:
        """Return the names, `most` at most, that are to be handed out of those that are due; forget the others."""
        now = monotonic()
        still = {
            name: (state, at)
            for name, (state, at) in self._out.items()
            if states.get(name) == state and now - at < self._seconds
        }
        new = [name for name in states if name not in still][:most]
        self._out = still | {name: (states[name], now) for name in new}
        return set(new)


#: Of this process: a runner may have several copies of a room.
_handed: dict[tuple[str, str], Handed] = {}


@dataclass(frozen=True)
class ClosedHosts:
    """Gives the hosts that have asked for patience, as the lake knows them at the moment."""

    lake: LakeSettings

    def __call__(self) -> dict[str, float]:
        """Return them with the UNIX times until which they are left alone; raises StoreError."""
        return closed_hosts(feeds_of(open_store(self.lake)), known(self.lake))


class _Due(beam.DoFn):
    def __init__(self, settings: Settings, inputs: Inputs, pace: Pace, run_id: str) -> None:
        self._run_id = run_id
        self._settings = settings
        self._inputs = inputs
        self._pace = pace

    def setup(self) -> None:
        self._slices = self._inputs.slices(self._settings.slice_references)
        self._watched = WatchedFolder(self._pace.watch) if self._pace.watch else None
        again = 2 * self._settings.slice_seconds
        self._feeds = _handed.setdefault((self._run_id, "feeds"), Handed(again))
        self._links = _handed.setdefault((self._run_id, "links"), Handed(again))

    def process(self, _: int) -> Iterator[Any]:
        if STOP.requested:
            return
        store = open_store(self._settings.lake)
        seen = known(self._settings.lake).refresh(store)
        found = [*self._files(), *self._due_feeds(feeds_of(store)), *self._due_links()]
        if found:
            yield TaggedOutput(MARKS, mark(seen, datetime.now(UTC).date()))
            yield from found

    def _files(self) -> Iterator[TaggedOutput]:
        size = self._settings.slice_references
        work = next(self._slices, None)  # one slice a window
        if work:
            yield from (TaggedOutput(SEEDS, shard) for shard in work.seeds)
            yield from (TaggedOutput(LISTS, shard) for shard in work.lists)
        elif self._watched:
            files = self._watched.ready()
            self._watched.take(files)
            yield from (TaggedOutput(SEEDS, shard) for shard in shards(list(files), size))

    def _due_feeds(self, states: list[FeedState]) -> Iterator[FeedState]:
        due = due_feeds(feeds_meant(states, self._inputs), datetime.now(UTC), False, False).now
        most = max(1, self._settings.slice_references // REFERENCES_OF_A_FEED)
        taken = self._feeds.take({state.feed_id: (state.last_attempt, state.next_attempt) for state in due}, most)
        return (state for state in due if state.feed_id in taken)

    def _due_links(self) -> Iterator[TaggedOutput]:
        due = due_links(known(self._settings.lake), self._inputs, datetime.now(UTC))
        states: dict[str, Hashable] = {link.reference_id: (link.attempt, link.first_seen_at) for link in due}
        taken = self._links.take(states, self._settings.slice_references)
        return (TaggedOutput(LINKS, Found(link)) for link in due if link.reference_id in taken)


@dataclass
class WhatIsDue(beam.PTransform):
    """Give at each tick (int) the feeds, links, files and lists to read, and a mark where there is anything.

    Args:
        settings: of the stream.
        inputs: files and lists that are read once, feeds that are meant.
        pace: the folder that is watched.
        run_id: the run's.

    """

    settings: Settings
    inputs: Inputs
    pace: Pace
    run_id: str

    def expand(self, ticks: PCollection[int]) -> Any:
        """Look at the lake at each tick."""
        return ticks | "Look" >> beam.ParDo(_Due(self.settings, self.inputs, self.pace, self.run_id)).with_outputs(
            LINKS, SEEDS, LISTS, MARKS, main="feeds"
        )
