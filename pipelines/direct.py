"""A run driven from this machine: slice by slice, each ending in one commit."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from lake.feeds import feeds_of
from lake.known import known
from lake.log import entries
from lake.raw import expire
from lake.run import Run, begin
from lake.store import Store, open_store
from pipelines.due import closed_hosts, due_feeds, due_links, feeds_meant
from pipelines.ingest import build
from pipelines.inputs import Inputs, Slice, feed_slices
from pipelines.run_graph import run_graph
from pipelines.subscribing import change, new_state, subscribe
from pipelines.summary import Summary
from schemas.records import FeedState, Stamp
from schemas.settings import Settings
from transforms.fetch.feed_lists import Subscription
from transforms.stop import STOP

Progress = Callable[[Summary], None]


class Job(NamedTuple):
    """What stays the same through a run."""

    settings: Settings
    inputs: Inputs
    options: PipelineOptions
    run: Run
    store: Store
    summary: Summary
    progress: Progress
    deadline: float  # of the monotonic clock

    @property
    def limit_left(self) -> int:
        """How many documents may still be handed out; 0 where there is no limit."""
        return max(0, self.settings.limit - self.summary.handed_out)

    @property
    def is_over(self) -> bool:
        """Tell whether the limit, the time, or somebody's patience is over."""
        at_limit = bool(self.settings.limit) and not self.limit_left
        return at_limit or STOP.requested or time.monotonic() >= self.deadline


def ingest(
    settings: Settings, inputs: Inputs, options: PipelineOptions, progress: Progress = lambda _: None
) -> Summary:
    """Run slice after slice, so that a crash repeats one slice at most.

    Raises:
        SettingsError: the lake can not be used.
        StoreError: the store failed midway; what was committed stays, and a retry is safe.

    """
    deadline = time.monotonic() + settings.max_time if settings.max_time else float("inf")
    with begin(settings.lake) as run:
        job = Job(settings, inputs, options, run, open_store(settings.lake), Summary(run.run_id), progress, deadline)
        read_all(job)
        if settings.raw_days:
            expire(job.store, int(settings.raw_days), run.started_at.date())
    return job.summary


def read_all(job: Job) -> None:
    """Read what the inputs name and what is due; raises StoreError."""
    _read_files(job)
    _poll_feeds(job)
    _try_again(job)
    job.summary.interrupted = STOP.requested


def _read_files(job: Job) -> None:
    """Read local documents and lists; a slice whose time was over runs again: what it has committed is known then."""
    for work in job.inputs.slices(job.settings.slice_references):
        again = True
        while again and not job.is_over:
            again = _run_slice(job, work).get("deferred", 0) > 0


def _poll_feeds(job: Job) -> None:
    """Poll the named feeds, or those that are due, and the feeds that the pages among them name."""
    if not (job.inputs.feeds or job.inputs.is_what_is_due):
        return
    named = bool(job.inputs.feeds) and not job.inputs.again
    states = subscribe(job.store, job.run, job.inputs.feeds) if named else feeds_of(job.store)
    states = states if named else feeds_meant(states, job.inputs)
    wanted = due_feeds(states, datetime.now(UTC), named, job.settings.force)
    job.summary.feeds_later += len(wanted.later)
    _poll(job, wanted.now)
    found = _discovered(job, wanted.now)
    if found and not job.is_over:
        _poll(job, found)


def _poll(job: Job, states: Sequence[FeedState]) -> None:
    for work in feed_slices(states, job.settings.slice_references):
        if not job.is_over:
            _run_slice(job, work)


def _discovered(job: Job, polled: Sequence[FeedState]) -> list[FeedState]:
    """Subscribe to the feeds that pages name which were given as feeds, in their place."""
    fresh = {state.feed_id: state for state in polled if state.status == "new"}
    sites = [state for state in feeds_of(job.store) if state.feed_id in fresh and state.names_feed]
    there = {state.feed_id for state in feeds_of(job.store)} if sites else set()
    named = [Subscription(site.names_feed, site.name, site.tags) for site in sites]
    new = [state for state in map(new_state, named) if state.feed_id not in there]
    change(job.store, job.run, new, removed=sites)
    job.summary.found_feeds += named
    for site in sites:
        job.summary.notes.append(f"{site.url} is a page; subscribed to the feed it names instead: {site.names_feed}")
    return new


def _try_again(job: Job) -> None:
    """Try pending links whose time has come, and those that this run has put off."""
    if job.inputs.paths and not (job.inputs.feeds or job.inputs.urls):
        return
    force = job.settings.force
    while not job.is_over:
        seen = known(job.settings.lake)
        seen.refresh(job.store)
        links = due_links(seen, job.inputs, datetime.now(UTC), force)[: job.settings.slice_references]
        if not links:
            return
        before = job.summary.handed_out
        _run_slice(job, Slice(links=tuple(links)))
        force = False
        if job.summary.handed_out == before:
            return


def _run_slice(job: Job, work: Slice) -> dict[str, int]:
    settings = replace(job.settings, limit=job.limit_left)
    cache = known(settings.lake)
    seen = cache.refresh(job.store)
    work = replace(work, closed=closed_hosts(feeds_of(job.store), cache) if _fetches(work) else {})
    stamp = Stamp(job.run.run_id, datetime.now(UTC), settings.run_date or job.run.started_at.date())
    STOP.allow(min(settings.slice_seconds, max(0.0, job.deadline - time.monotonic())))

    def lay(root: beam.Pipeline) -> None:
        build(root, work, settings, stamp, seen)

    counters = run_graph(job.options, lay)
    own = [entry.counts for entry in entries(job.store, seen) if entry.run_id == job.run.run_id]
    job.summary.add_slice(own, counters)
    job.progress(job.summary)
    return counters


def _fetches(work: Slice) -> bool:
    return bool(work.feeds or work.links or work.lists)
