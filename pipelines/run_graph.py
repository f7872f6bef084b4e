"""Run one graph, with Beam's own engine or at a job endpoint, and say what its rooms have counted."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, _BeamArgumentParser
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.runner import PipelineRunner

import schemas.errors
from schemas.errors import SettingsError, StoreError


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


def run_graph(options: PipelineOptions, lay: Callable[[beam.Pipeline], Any]) -> Counter[str]:
    """Lay a graph, run it to its end, and return its counters by name, added up over the rooms.

    Raises what a room raises of `schemas.errors`, else RuntimeError.
    """
    pipeline = beam.Pipeline(runner=runner_for(options), options=options)
    lay(pipeline)
    try:
        result = pipeline.run()
        result.wait_until_finish()
    except RuntimeError as error:
        raise own_error(error) from error
    except (StoreError, SettingsError) as error:  # Beam adds to the message where it was met
        raise type(error)(str(error).partition(" [while running ")[0]) from (error.__cause__ or error)
    counters: Counter[str] = Counter()
    for counter in result.metrics().query(MetricsFilter().with_namespace("newsbeam"))["counters"]:
        counters[counter.key.metric.name] += int(counter.committed)
    return counters


def _is_wanted(record: logging.LogRecord) -> bool:
    """Keep Beam from logging, with its traceback, an error that the command line tells in one line; but for `-v`."""
    return logging.root.level <= logging.DEBUG or not isinstance(record.msg, StoreError | SettingsError)


logging.getLogger("apache_beam.runners.common").addFilter(_is_wanted)


def runner_for(options: PipelineOptions) -> PipelineRunner:
    """Return the runner that has a job endpoint, else Beam's own engine in this process."""
    return PortableRunner() if options.view_as(PortableOptions).job_endpoint else FnApiRunner()


def own_error(error: RuntimeError) -> Exception:
    """Find our own error in what Beam made of it: a worker's traceback as text."""
    named = list(_own_errors(str(error)))
    return named[-1] if named else error


def _own_errors(text: str) -> Iterator[Exception]:
    for name, message in re.findall(r"schemas\.errors\.(\w+): (.+?)(?: \[while running|\n|$)", text):
        yield getattr(schemas.errors, name)(message)
