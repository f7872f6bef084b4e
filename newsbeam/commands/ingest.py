"""`newsbeam ingest`: read feeds, files or addresses into the lake."""

import argparse
import contextlib
import ctypes
import json
import logging
import os
import signal
import sys
import time
from importlib import import_module
from types import FrameType, ModuleType

import pyarrow

from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.contact import check_contact
from newsbeam.plan import print_plan, states_of
from newsbeam.summary import print_summary, summary_object
from pipelines.inputs import Inputs, resolve
from pipelines.summary import Summary
from schemas.errors import SettingsError
from schemas.outcomes import DEAD_LETTERS
from schemas.settings import Settings
from transforms.article.seed_paths import spooled
from transforms.article.tagger import check_settings
from transforms.stop import STOP

#: Of glibc's malloc.h.
M_ARENA_MAX = -8


def run(arguments: argparse.Namespace) -> int:
    """Check everything that can be checked, run the pipeline, say what came of it."""
    started = time.monotonic()
    _spare_memory()
    settings = settings_from(arguments)
    paths = [str(spooled(sys.stdin.buffer)) if path == "-" else path for path in dict.fromkeys(arguments.paths)]
    inputs = resolve(paths, arguments.feeds, arguments.urls)
    check_settings(settings.process)
    if arguments.dry_run:
        return print_plan(settings, inputs)
    _check_due(settings, inputs)
    check_contact(settings, _addresses(settings, inputs))
    if arguments.beam_flags:
        _pipelines().beam_options(arguments.beam_flags)
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


def _spare_memory() -> None:
    """Let all threads share one arena of glibc's, and Arrow use it too: what one frees, another takes.

    Over 1,200 pages the peak is 290 MB instead of 330. Elsewhere than on glibc there is no `mallopt`.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())


def _ingest(settings: Settings, inputs: Inputs, arguments: argparse.Namespace) -> Summary:
    direct = _pipelines()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    STOP.clear()
    progress = (lambda _: None) if arguments.quiet or arguments.json else _Progress()
    options = direct.beam_options(arguments.beam_flags)
    summary: Summary = direct.ingest(settings, inputs, options, progress)
    return summary


def _pipelines() -> ModuleType:
    """Import what runs a pipeline, and Beam with it, without Beam's word about clients that newsbeam does not use."""
    level = logging.root.level
    logging.disable(logging.WARNING)
    direct = import_module("pipelines.direct")
    logging.disable(logging.NOTSET)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)
    return direct


def _stop(number: int, _: FrameType | None) -> None:
    if STOP.requested:
        os._exit(128 + number)
    STOP.request()
    print("newsbeam: finishing what is in hand; once more to give it up", file=sys.stderr)


class _Progress:
    """Say after each slice how far it is."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, summary: Summary) -> None:
        seconds = time.monotonic() - self._started
        rate = summary.documents / seconds if seconds else 0.0
        print(f"newsbeam: {summary.documents} documents, {rate:.1f} a second", file=sys.stderr)


def _check_due(settings: Settings, inputs: Inputs) -> None:
    """Refuse to run with nothing named where no feed is subscribed.

    Raises:
        SettingsError: there is nothing to do, and never will be.

    """
    if inputs.is_what_is_due and not states_of(settings):
        raise SettingsError(
            "nothing to read: name a file, a folder, --feeds or --urls, or subscribe: newsbeam feeds add"
        )


def _addresses(settings: Settings, inputs: Inputs) -> list[str]:
    """Return what will be asked for, as far as it is known before the run."""
    if inputs.urls:
        return [""]
    if inputs.is_what_is_due:
        return [state.url for state in states_of(settings)]
    return [subscription.url for subscription in inputs.feeds]
