"""One pool of killable worker processes, shared by everything in this process that runs on hostile input.

A page can hold lxml for minutes without an exception, and no Python signal handler interrupts it: only a process can be
killed. What counts is its own CPU time, so that a busy machine costs no document; the kernel's timer (ITIMER_PROF) ends
the worker even in the middle of C code. A worker that does nothing at all is killed by the clock.
The pool belongs to the process, not to a pipeline, so that the next slice or batch finds the models loaded.
Workers import neither Beam nor pyarrow.
"""

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from pebble import ProcessExpired, ProcessPool

from schemas.records import Refusal
from schemas.settings import ProcessSettings

#: Seconds of the clock for each second of CPU time that a call may take.
CLOCK: Final = 6

_lock = threading.Lock()
_pools: dict[ProcessSettings, "Pool"] = {}


def _start_worker(settings: ProcessSettings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    from transforms.article.entities import warm_up

    warm_up(settings)


def _timed(seconds: float, function: Callable[..., Any], *args: object) -> Any:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Pool:
    """A `pebble.ProcessPool` that answers in records: a result, or the `Refusal` that says why there is none."""

    def __init__(self, settings: ProcessSettings) -> None:
        self.size = settings.pool_size or os.cpu_count() or 1
        self._timeout = settings.timeout
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        self._pool = ProcessPool(
            max_workers=self.size,
            max_tasks=settings.recycle,
            initializer=_start_worker,
            initargs=[settings],
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, function: Callable[..., Any], *args: object) -> "Future[Any]":
        """Hand one call to a worker; it is killed when the call takes more CPU time than the settings' timeout."""
        work = (self._timeout, function, *args)
        future: Future[Any] = self._pool.schedule(_timed, args=work, timeout=CLOCK * self._timeout)
        return future

    def died(self, future: "Future[Any]") -> bool:
        """Tell whether the worker died under a call that is done, by its fault or by another's (memory, a signal)."""
        error = future.exception()
        return isinstance(error, ProcessExpired) and error.exitcode != -signal.SIGPROF

    def result(self, future: "Future[Any]") -> Any:
        """Return what the call returned, or a `Refusal` when its worker failed, died or was killed."""
        try:
            return future.result()
        except TimeoutError:
            return Refusal("processing_timeout", f"took longer than {CLOCK * self._timeout:g} s; its worker was killed")
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGPROF:
                reason = f"took more than {self._timeout:g} s of CPU time; its worker was killed"
                return Refusal("processing_timeout", reason)
            return Refusal("processing_error", f"the worker died (exit code {error.exitcode})")
        except Exception as error:  # noqa: BLE001  whatever a parser raises on hostile input is that document's end
            return Refusal("processing_error", f"{type(error).__name__}: {error}"[:500])

    def close(self) -> None:
        """Stop the workers without waiting for their work."""
        self._pool.stop()
        self._pool.join()


def shared_pool(settings: ProcessSettings) -> Pool:
    """Return this process's pool for the settings; it starts with the first call."""
    with _lock:
        if settings not in _pools:
            _pools[settings] = Pool(settings)
        return _pools[settings]


def close_pools() -> None:
    """Stop every pool of this process."""
    with _lock:
        while _pools:
            _pools.popitem()[1].close()


atexit.register(close_pools)
