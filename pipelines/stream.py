"""Go on and on, on this machine: batch after batch of what is due. Where nothing is due nothing is written."""

import contextlib
import ctypes
import gc
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from apache_beam.options.pipeline_options import PipelineOptions

from lake.feeds import feeds_of
from lake.known import known
from lake.run import begin
from lake.store import Store, open_store
from pipelines.direct import Job, read_all
from pipelines.due import due_feeds, due_links, feeds_meant
from pipelines.inputs import Inputs
from pipelines.outage import Outage
from pipelines.pace import Batch, Pace, Say, Told
from pipelines.summary import Summary
from pipelines.tidying import Tidying
from pipelines.watched_folder import WatchedFolder
from schemas.settings import Settings
from transforms.stop import STOP

#: Seconds between two looks at a watched folder.
LOOK: Final = 1.0


class Stream:
    """The batches of one process.

    Args:
        settings: of every batch; `limit` and `max_time` are the whole stream's, `force` the first batch's.
        inputs: read once; of the feeds that they name, or of all where they name none, what is due from then on.
        options: Beam's.
        pace: how often.
        told: is told of each batch that has committed something, or polled.
        say: is told in one line what a person should know: an outage, its end.

    """

    def __init__(
        self,
        settings: Settings,
        inputs: Inputs,
        options: PipelineOptions,
        pace: Pace,
        told: Told = lambda _: None,
        say: Say = lambda _: None,
    ) -> None:
        self._settings = settings
        self._inputs = inputs
        self._options = options
        self._pace = pace
        self._told = told
        self._watched = WatchedFolder(pace.watch) if pace.watch else None
        self._outage = Outage(say)
        self._tidying = Tidying(settings, say)
        self._deadline = time.monotonic() + settings.max_time if settings.max_time else float("inf")
        self._has_limit = settings.limit > 0
        self._is_first = True
        self._number = 0
        self._looked = float("-inf")  # when it was looked at what is due, by the monotonic clock

    def run(self) -> None:
        """Run batches until somebody asks to stop, or the limit or the time of the stream is over.

        Raises:
            SettingsError: the lake can not be used from the start.
            StoreError: what can not be waited out.

        """
        open_store(self._settings.lake).check()
        while not self._is_over:
            try:
                self._look()
                self._outage.over()
                self._tidying.when_due()
            except Exception as error:  # noqa: BLE001  a stream goes on, or says why not
                self._outage.goes_on(error)
            STOP.wait(self._pause())

    @property
    def _is_over(self) -> bool:
        at_limit = self._has_limit and self._settings.limit <= 0
        return STOP.requested or at_limit or time.monotonic() >= self._deadline

    def _pause(self) -> float:
        """Return the seconds until the next look."""
        now = time.monotonic()
        wait = max(self._looked + self._pace.every - now, self._outage.wait)
        if self._watched and not self._outage.wait:
            wait = min(wait, LOOK)
        return max(0.0, min(wait, self._deadline - now))

    def _look(self) -> None:
        """Run a batch where there is something to do."""
        store = open_store(self._settings.lake)  # with the keys of this moment
        started = time.monotonic()
        its_turn = started >= self._looked + self._pace.every
        files = self._watched.ready() if self._watched else {}
        if its_turn and not self._is_first and not self._is_due(store):
            self._looked, its_turn = started, False
        if not (files or its_turn):
            return
        summary = self._batch(tuple(files), its_turn)
        if self._watched and not summary.interrupted:
            self._watched.take(files)
        if its_turn and (not self._is_first or self._inputs.is_what_is_due):
            self._looked = started
        if its_turn:
            self._inputs = _again(self._inputs, summary)
            self._settings = replace(self._settings, force=False)
            self._is_first = False
        if self._has_limit:
            self._settings = replace(self._settings, limit=self._settings.limit - summary.handed_out)
        _give_back_memory()
        if summary.references or summary.feeds_polled:
            self._number += 1
            self._told(Batch(self._number, summary, time.monotonic() - started))

    def _is_due(self, store: Store) -> bool:
        """Tell whether a feed or a link is due; writes nothing."""
        now = datetime.now(UTC)
        if due_feeds(feeds_meant(feeds_of(store), self._inputs), now, False, False).now:
            return True
        seen = known(self._settings.lake)
        seen.refresh(store)
        return bool(due_links(seen, self._inputs, now))

    def _batch(self, files: tuple[Path, ...], its_turn: bool) -> Summary:
        with begin(self._settings.lake) as run:
            store = open_store(self._settings.lake)
            summary = Summary(run.run_id)
            job = Job(self._settings, Inputs(files), self._options, run, store, summary, _quiet, self._deadline)
            if files:
                read_all(job)
            if its_turn:
                read_all(job._replace(inputs=self._inputs))
        return summary


def _again(inputs: Inputs, summary: Summary) -> Inputs:
    """Return what is read from the second batch on: feeds, those that pages have named among them; no files."""
    if not inputs.feeds:
        return Inputs()
    return replace(inputs, paths=(), again=True, feeds=(*inputs.feeds, *summary.found_feeds))


def _give_back_memory() -> None:
    """Free what a batch has left: Beam's graphs, which hold themselves, and pages that glibc's malloc keeps."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _quiet(_: Summary) -> None:
    """Say nothing of a slice."""
