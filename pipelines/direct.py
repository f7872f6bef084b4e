"""A run on this machine: slice by slice through Beam's own engine, each ending in one commit."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions, _BeamArgumentParser
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

import schemas.errors
from lake.known import known
from lake.log import entries
from lake.run import Run, begin
from lake.store import open_store
from pipelines.ingest import build
from pipelines.inputs import Slice
from pipelines.summary import Summary
from schemas.errors import SettingsError
from schemas.records import Stamp
from schemas.settings import Settings
from transforms.stop import STOP


def ingest(
    settings: Settings,
    slices: Iterable[Slice],
    options: PipelineOptions,
    progress: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Run the slices one after the other, so that a crash repeats one slice at most.

    A slice whose time was over runs again: what it has committed is known by then.

    Raises:
        SettingsError: the lake can not be used.
        StoreError: the store failed midway; what was committed stays, and a retry is safe.

    """
    with begin(settings.lake) as run:
        summary = Summary(run.run_id)
        left = settings.limit
        for work in slices:
            again = True
            while again and not STOP.requested and not (settings.limit and left <= 0):
                counters = _run_slice(replace(settings, limit=left), work, run, options, summary)
                left -= counters.get("handed_out", 0) if settings.limit else 0
                again = counters.get("deferred", 0) > 0
                progress(summary)
        summary.interrupted = STOP.requested
    return summary


def beam_options(flags: Sequence[str]) -> PipelineOptions:
    """Read Beam's own flags.

    Raises:
        SettingsError: Beam does not know one of them.

    """
    parser = _BeamArgumentParser(add_help=False, allow_abbrev=False)
    for kind in dict.fromkeys(PipelineOptions.__subclasses__()):
        kind._add_argparse_args(parser)
    unknown = parser.parse_known_args(list(flags))[1]
    if unknown:
        raise SettingsError(f"Beam knows no flag {unknown[0]!r}; what stands after -- goes to Beam")
    return PipelineOptions(list(flags))


def _run_slice(settings: Settings, work: Slice, run: Run, options: PipelineOptions, summary: Summary) -> dict[str, int]:
    seen = known(settings.lake).refresh()
    stamp = Stamp(run.run_id, run.started_at, settings.run_date or run.started_at.date())
    pipeline = beam.Pipeline(runner=FnApiRunner(), options=options)
    build(pipeline, work, settings, stamp, seen)
    STOP.allow(settings.slice_seconds)
    try:
        result = pipeline.run()
        result.wait_until_finish()
    except RuntimeError as error:
        raise _cause(error) from error
    for entry in entries(open_store(settings.lake), seen):
        if entry.run_id == run.run_id and entry.kind == "commit":
            summary.add(entry.counts)
    counted = result.metrics().query(MetricsFilter().with_namespace("newsbeam"))["counters"]
    counters = {counter.key.metric.name: int(counter.committed) for counter in counted}
    summary.add_outcome("known", counters.get("known", 0))
    return counters


def _cause(error: RuntimeError) -> Exception:
    """Find our own error in what Beam made of it: a worker's traceback as text."""
    named = list(_own_errors(str(error)))
    return named[-1] if named else error


def _own_errors(text: str) -> Iterator[Exception]:
    for name, message in re.findall(r"schemas\.errors\.(\w+): (.+?)(?: \[while running|\n|$)", text):
        yield getattr(schemas.errors, name)(message)
