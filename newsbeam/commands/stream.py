"""`newsbeam stream`: go on and on, batch after batch of what is due."""

import argparse
import json
import logging
import signal
import sys
from datetime import UTC, datetime

from lake.store import open_store
from newsbeam.commands.ingest import addresses, check_due
from newsbeam.config import settings_from
from newsbeam.contact import check_contact
from newsbeam.plan import print_plan
from newsbeam.running import check_extract, quiet_beam, spare_memory, stop_on_signals, with_beam
from newsbeam.summary import summary_object
from pipelines.inputs import resolve
from pipelines.pace import Batch, Pace
from pipelines.prism import find_prism, prism
from pipelines.watched_folder import WatchedFolder
from schemas.errors import SettingsError
from schemas.outcomes import DEAD_LETTERS
from schemas.settings import Settings
from transforms.article.seed_paths import spooled
from transforms.article.tagger import check_settings

#: Seconds within which a stream ends when it is told to.
GRACE = 9.0
LOG = logging.getLogger("newsbeam.stream")


def run(arguments: argparse.Namespace) -> int:
    """Check everything that can be checked, then run batches until somebody asks to stop."""
    spare_memory()
    settings = settings_from(arguments)
    paths = [str(spooled(sys.stdin.buffer)) if path == "-" else path for path in dict.fromkeys(arguments.paths)]
    inputs = resolve(paths, arguments.feeds, arguments.urls)
    _check_runner(settings, arguments)
    check_settings(settings.process)
    check_extract(settings.process)
    if arguments.dry_run:
        return print_plan(settings, inputs)
    if arguments.watch:
        WatchedFolder(arguments.watch).check()
    if settings.lake.remote:
        open_store(settings.lake).check()  # makes the bucket
    if not arguments.watch:
        check_due(settings, inputs)
    check_contact(settings, addresses(settings, inputs))
    open_store(settings.lake).check()
    beam_options = with_beam("pipelines.run_graph").beam_options
    beam_options(arguments.beam_flags)
    stop_on_signals(GRACE)
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent to who asks whether a file is being written
    if not arguments.verbose:
        quiet_beam()
    told = Told(settings, arguments)
    pace = Pace(arguments.every, arguments.watch)
    if arguments.runner == "direct":
        options = beam_options(arguments.beam_flags)
        with_beam("pipelines.stream").Stream(settings, inputs, options, pace, told, told.say).run()
    else:
        find_prism()
        unbounded = with_beam("pipelines.unbounded").Unbounded
        unbounded(settings, inputs, prism, arguments.beam_flags, pace, told, told.say).run()
    return 1 if settings.strict and told.failed else 0


def _check_runner(settings: Settings, arguments: argparse.Namespace) -> None:
    """Refuse what only batches can do.

    Raises:
        SettingsError: a graph without an end can not do it.

    """
    if arguments.runner != "direct":
        for flag, given in (("--limit", settings.limit), ("--force", settings.force)):
            if given:
                raise SettingsError(f"stream {flag} is for --runner direct")


class Told:
    """Tells of each batch: a line on standard error, or an object on standard output with `--json`."""

    def __init__(self, settings: Settings, arguments: argparse.Namespace) -> None:
        self._settings = settings
        self._json = arguments.json
        self._quiet = arguments.quiet
        self.failed = False

    def __call__(self, batch: Batch) -> None:
        """Tell of a batch that is committed."""
        summary = batch.summary
        self.failed = self.failed or any(outcome in DEAD_LETTERS for outcome in summary.outcomes)
        line = batch_line(batch)
        LOG.info("run %s: %s", summary.run_id, line)
        if self._json:
            print(
                json.dumps(summary_object(summary, self._settings, batch.seconds or 0.0), ensure_ascii=False),
                flush=True,
            )
        elif not self._quiet:
            print(f"newsbeam: {datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}", file=sys.stderr)
            for note in summary.notes:
                print(f"newsbeam: {note}", file=sys.stderr)

    def say(self, line: str) -> None:
        """Tell of something that a person should know."""
        print(f"newsbeam: {datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}", file=sys.stderr)


def batch_line(batch: Batch) -> str:
    """Say in one line what a batch has done."""
    summary = batch.summary
    parts = [f"{summary.feeds_polled} feeds polled"] if summary.feeds_polled else []
    parts += [f"{times} {outcome}" for outcome, times in sorted(summary.outcomes.items())] or (
        [] if summary.left else ["nothing new"]
    )
    parts += [f"{summary.left} left for later"] if summary.left else []
    took = "" if batch.seconds is None else f", in {batch.seconds:.1f} s"
    return f"batch {batch.number}: {', '.join(parts)}{took}"
