"""`newsbeam ingest`: read feeds, files or addresses into the lake."""

import argparse
import json
import sys
import time

from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.contact import check_contact
from newsbeam.plan import print_plan, states_of
from newsbeam.running import Progress, check_extract, runner_flags, spare_memory, stop_on_signals, with_beam
from newsbeam.summary import print_summary, summary_object
from pipelines.inputs import Inputs, resolve
from pipelines.summary import Summary
from schemas.errors import SettingsError
from schemas.outcomes import DEAD_LETTERS
from schemas.settings import Settings
from transforms.article.seed_paths import spooled
from transforms.article.tagger import check_settings


def run(arguments: argparse.Namespace) -> int:
    """Check everything that can be checked, run the pipeline, say what came of it."""
    started = time.monotonic()
    spare_memory()
    settings = settings_from(arguments)
    paths = [str(spooled(sys.stdin.buffer)) if path == "-" else path for path in dict.fromkeys(arguments.paths)]
    inputs = resolve(paths, arguments.feeds, arguments.urls)
    check_settings(settings.process)
    check_extract(settings.process)
    if arguments.dry_run:
        return print_plan(settings, inputs)
    check_due(settings, inputs)
    check_contact(settings, addresses(settings, inputs))
    if arguments.beam_flags:
        with_beam("pipelines.run_graph").beam_options(arguments.beam_flags)
    open_store(settings.lake).check()
    summary = _ingest(settings, inputs, arguments)
    seconds = time.monotonic() - started
    if arguments.json:
        print(json.dumps(summary_object(summary, settings, seconds), ensure_ascii=False))
    elif not arguments.quiet:
        print_summary(summary, settings, seconds)
    if summary.interrupted:
        return 3
    failed = any(outcome in DEAD_LETTERS for outcome in summary.outcomes)
    return 1 if settings.strict and failed else 0


def _ingest(settings: Settings, inputs: Inputs, arguments: argparse.Namespace) -> Summary:
    beam_options = with_beam("pipelines.run_graph").beam_options
    progress = (lambda _: None) if arguments.quiet or arguments.json else Progress()
    with runner_flags(arguments.runner) as flags:
        stop_on_signals()
        options = beam_options([*flags, *arguments.beam_flags])
        summary: Summary = with_beam("pipelines.direct").ingest(settings, inputs, options, progress)
    return summary


def check_due(settings: Settings, inputs: Inputs) -> None:
    """Refuse to run with nothing named where no feed is subscribed.

    Raises:
        SettingsError: there is nothing to do, and never will be.

    """
    if inputs.is_what_is_due and not states_of(settings):
        raise SettingsError(
            "nothing to read: name a file, a folder, --feeds or --urls, or subscribe: newsbeam feeds add"
        )


def addresses(settings: Settings, inputs: Inputs) -> list[str]:
    """Return what will be asked for, as far as it is known before the run."""
    if inputs.urls:
        return [""]
    if inputs.is_what_is_due:
        return [state.url for state in states_of(settings)]
    return [subscription.url for subscription in inputs.feeds]
