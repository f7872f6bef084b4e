"""What every command does that runs a pipeline: spare memory, import Beam, stop on signals, say how far it is."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from types import FrameType, ModuleType

import pyarrow

from pipelines.prism import prism
from pipelines.summary import Summary
from schemas.settings import ProcessSettings
from transforms.stop import STOP

#: Of glibc's malloc.h.
M_ARENA_MAX = -8


def spare_memory() -> None:
    """Let all threads share one arena of glibc's, and Arrow use it too: what one frees, another takes.

    Over 1,200 pages the peak is 290 MB instead of 330. Elsewhere than on glibc there is no `mallopt`.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())


def check_extract(settings: ProcessSettings) -> None:
    """Check that the packages are there which the way of extraction needs.

    Raises:
        SettingsError: one is missing.

    """
    if settings.extract == "quality":
        import_module("transforms.article.candidates").check_packages()


def with_beam(module: str) -> ModuleType:
    """Import a module and Beam with it, without Beam's word about clients that newsbeam does not use."""
    level = logging.root.level
    logging.disable(logging.WARNING)
    imported = import_module(module)
    logging.disable(logging.NOTSET)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)
    return imported


def quiet_beam() -> None:
    """Leave Beam's tracebacks of a batch that failed out of the log: who runs it tells of it in one line."""
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
    logging.getLogger().addFilter(lambda record: record.name != "root")  # what a job server says, passed on by Beam


@contextlib.contextmanager
def runner_flags(runner: str) -> Iterator[list[str]]:
    """Have a runner ready during the body; gives Beam's flags for it, none for Beam's own engine.

    Raises:
        SettingsError: it is not there.

    """
    if runner == "direct":
        yield []
    else:
        with prism() as flags:
            yield flags


def stop_on_signals(grace: float = 0.0) -> None:
    """Let Ctrl-C and SIGTERM finish and commit what is in hand; the second one ends the process.

    With a `grace` the process ends after so many seconds whatever it does: what was not committed by then comes again.
    """

    def stop(number: int, _: FrameType | None) -> None:
        if STOP.requested:
            os._exit(128 + number)
        STOP.request()
        print("newsbeam: finishing what is in hand; once more to give it up", file=sys.stderr)
        if grace:
            last = threading.Timer(grace, _give_up, [grace])
            last.daemon = True
            last.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    STOP.clear()


def _give_up(seconds: float) -> None:
    print(
        f"newsbeam: what is in hand did not end within {seconds:g} s: given up, and read again next time",
        file=sys.stderr,
    )
    os._exit(4)


class Progress:
    """Say after each slice how far it is."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, summary: Summary) -> None:
        """Print one line."""
        seconds = time.monotonic() - self._started
        rate = summary.documents / seconds if seconds else 0.0
        print(f"newsbeam: {summary.documents} documents, {rate:.1f} a second", file=sys.stderr)
