"""A stream as one graph without an end: the rooms of a batch, window after window, one entry in the log for each.

It runs wherever Beam does. All that lasts is in the lake: feeds, seen keys, what is pending. A runner keeps only what
is on its way in a window; when that is lost, it is still due.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final

import apache_beam as beam
from apache_beam.pvalue import PCollection

from lake import log
from lake.run import Run, begin
from lake.store import Store, open_store
from pipelines.ingest import Named, written_files
from pipelines.inputs import Inputs
from pipelines.outage import Outage
from pipelines.pace import Batch, Pace, Say, Told
from pipelines.run_graph import beam_options, own_error, runner_for
from pipelines.subscribing import subscribe
from pipelines.summary import Summary
from pipelines.tidying import Tidying
from pipelines.what_is_due import LINKS, LISTS, MARKS, SEEDS, ClosedHosts, WhatIsDue
from schemas.records import Stamp
from schemas.settings import Settings, told
from transforms.commit_files import CommitWindow
from transforms.stop import STOP
from transforms.tick import Tick, ask_to_drain, has_drained

#: Seconds between two looks at the log for windows that were committed.
LOOK: Final = 1.0


def build(root: beam.Pipeline, inputs: Inputs, settings: Settings, stamp: Stamp, pace: Pace) -> PCollection[int]:
    """Lay the whole way of a stream; gives the number of each window's entry in the log."""
    due = root | Tick(pace.every, settings.lake, stamp.run_id) | WhatIsDue(settings, inputs, pace, stamp.run_id)
    named = Named(due[SEEDS], due[LISTS], due.feeds, due[LINKS], (due[MARKS],))
    files = written_files(named, settings, stamp, ClosedHosts(settings.lake))
    return files | CommitWindow(settings.lake, stamp.run_id, told(settings))


class Unbounded:
    """A stream on a runner that has a job endpoint; begun anew after an outage of the store or of the runner.

    Args: as `pipelines.stream.Stream` takes them, but for two.
        server: has the runner ready during a run; gives Beam's flags for it.
        beam_flags: more of them.

    """

    def __init__(
        self,
        settings: Settings,
        inputs: Inputs,
        server: Callable[[], AbstractContextManager[list[str]]],
        beam_flags: Sequence[str],
        pace: Pace,
        told: Told = lambda _: None,
        say: Say = lambda _: None,
    ) -> None:
        self._settings = settings
        self._inputs = inputs
        self._server = server
        self._beam_flags = beam_flags
        self._pace = pace
        self._told = told
        self._outage = Outage(say)
        self._tidying = Tidying(settings, say)
        self._deadline = time.monotonic() + settings.max_time if settings.max_time else float("inf")
        self._number = 0

    def run(self) -> None:
        """Run until somebody asks to stop or the time is over; what is in the windows by then is committed.

        Raises:
            SettingsError: the lake can not be used from the start.
            StoreError: what can not be waited out.

        """
        open_store(self._settings.lake).check()
        while not STOP.requested:
            try:
                self._run_once()
                self._outage.over()
            except Exception as error:  # noqa: BLE001  a stream goes on, or says why not
                self._outage.goes_on(error)
            STOP.wait(self._outage.wait)

    def _run_once(self) -> None:
        with self._server() as flags, begin(self._settings.lake) as run:
            store = open_store(self._settings.lake)
            subscribe(store, run, self._inputs.feeds)
            stamp = Stamp(run.run_id, run.started_at, self._settings.run_date or run.started_at.date())
            head = log.head(store)
            options = beam_options([*flags, "--streaming", *self._beam_flags])
            pipeline = beam.Pipeline(runner=runner_for(options), options=options)
            build(pipeline, self._inputs, self._settings, stamp, self._pace)
            job = _Job(pipeline)
            asked = False
            while job.is_alive():
                job.join(LOOK)
                if time.monotonic() >= self._deadline:
                    STOP.request()
                if STOP.requested and not asked:
                    ask_to_drain(self._settings.lake, run.run_id)
                    asked = True
                head = self._follow(store, run, head)
                self._tidying.when_due()
            has_drained(self._settings.lake, run.run_id)
            if job.error:
                raise job.error

    def _follow(self, store: Store, run: Run, head: int) -> int:
        """Tell of the windows that were committed since an entry of the log; return the last entry."""
        now = log.snapshot(store)
        for entry in now.entries(head, run.run_id):
            self._number += 1
            summary = Summary(run.run_id)
            summary.add(entry.counts)
            self._outage.over()
            self._told(Batch(self._number, summary, None))
        return now.head


class _Job(threading.Thread):
    """A pipeline that runs, and the error it ended in."""

    def __init__(self, pipeline: beam.Pipeline) -> None:
        super().__init__(name="job", daemon=True)
        self._result = pipeline.run()
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Wait for the end."""
        try:
            self._result.wait_until_finish()
        except RuntimeError as error:
            self.error = own_error(error)
        except Exception as error:  # noqa: BLE001  whatever gRPC raises: the job server is gone
            details = getattr(error, "details", None)
            self.error = RuntimeError(f"the job server is gone: {details() if callable(details) else error}")
