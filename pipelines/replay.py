"""Make what is stored again with today's rules, without fetching: slice by slice, each one commit."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import PCollection

from lake.known import known
from lake.log import entries
from lake.run import begin
from lake.store import Store, open_store
from lake.stored import latest_revisions, standing_failures
from pipelines.run_graph import run_graph
from pipelines.summary import Summary
from schemas.records import Stamp, StoredRows
from schemas.settings import Settings, Wanted, told
from transforms.commit_files import CommitFiles, GatherFiles
from transforms.fetch.wanted import is_wanted
from transforms.process_documents import ProcessDocuments
from transforms.read_stored import ReadStored
from transforms.replay_documents import KeepArticles, ReplayDocuments
from transforms.stop import STOP
from transforms.write_tables import WriteTables

FAILURES = "failures"


def replay(
    settings: Settings, what: str, options: PipelineOptions, progress: Callable[[Summary], None] = lambda _: None
) -> Summary:
    """Make articles (`text`, `entities`) or dead letters (`failures`) again; what comes out as it is leaves nothing.

    Raises:
        SettingsError: the lake can not be used.
        StoreError: the store failed midway; what was committed stays, and a retry is safe.

    """
    with begin(settings.lake) as run:
        store = open_store(settings.lake)
        stamp = Stamp(run.run_id, run.started_at, settings.run_date or run.started_at.date())
        summary = Summary(run.run_id)
        cache = known(settings.lake)
        for rows in slices(rows_to_replay(store, what, settings.wanted), settings.slice_references):
            if STOP.requested:
                break
            seen = cache.refresh()
            STOP.allow(settings.slice_seconds)
            counters = run_graph(options, _laid(settings, what, rows, stamp, seen))
            summary.add_slice([entry.counts for entry in entries(store, seen) if entry.run_id == run.run_id], counters)
            progress(summary)
        summary.interrupted = STOP.requested
    return summary


def rows_to_replay(store: Store, what: str, wanted: Wanted) -> list[StoredRows]:
    """List the rows of the lake that are made again; raises StoreError."""

    def keep(url: str, at: datetime | None) -> bool:
        return is_wanted(url, at, wanted)

    return standing_failures(store, keep) if what == FAILURES else latest_revisions(store, keep)


def slices(rows: Sequence[StoredRows], size: int) -> Iterator[tuple[StoredRows, ...]]:
    """Cut rows into slices of about `size`; many rows of one file are parted."""
    group: list[StoredRows] = []
    for part in (part for whole in rows for part in _parts(whole, size)):
        if group and sum(len(other.ids) for other in group) + len(part.ids) > size:
            yield tuple(group)
            group = []
        group.append(part)
    if group:
        yield tuple(group)


def build(
    root: beam.Pipeline, settings: Settings, what: str, rows: tuple[StoredRows, ...], stamp: Stamp, seen: int
) -> PCollection[int]:
    """Lay the way of a slice; gives the number of its entry in the log."""
    stored = root | "Rows" >> beam.Create(rows).with_output_types(StoredRows) | ReadStored(settings.lake)
    if what == FAILURES:
        made = stored | ProcessDocuments(settings.process, settings.lake) | KeepArticles()
    else:
        made = stored | ReplayDocuments(what, settings.process, settings.lake)
    files = made | WriteTables(settings.lake, stamp)
    return files | GatherFiles() | CommitFiles(settings.lake, stamp.run_id, seen, told(settings))


def _laid(
    settings: Settings, what: str, rows: tuple[StoredRows, ...], stamp: Stamp, seen: int
) -> Callable[[beam.Pipeline], PCollection[int]]:
    def lay(root: beam.Pipeline) -> PCollection[int]:
        return build(root, settings, what, rows, stamp, seen)

    return lay


def _parts(rows: StoredRows, size: int) -> Iterator[StoredRows]:
    for start in range(0, len(rows.ids), size):
        yield rows._replace(ids=rows.ids[start : start + size])
