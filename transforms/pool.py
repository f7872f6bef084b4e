"""One pool of killable worker processes, shared by everything in this process that runs on hostile input.

A page can hold lxml for minutes without an exception, and no signal interrupts it: only a process can be killed.
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
from typing import Any

from pebble import ProcessExpired, ProcessPool

from schemas.records import Refusal
from schemas.settings import ProcessSettings

_lock = threading.Lock()
_pools: dict[ProcessSettings, "Pool"] = {}


def _start_worker(settings: ProcessSettings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from transforms.article.entities import warm_up

    warm_up(settings)


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
        """Hand one call to a worker; it is killed when the call takes longer than the settings' timeout."""
        future: Future[Any] = self._pool.schedule(function, args=args, timeout=self._timeout)
        return future

    def died(self, future: "Future[Any]") -> bool:
        """Tell whether the worker died under a call that is done, by its fault or by another's (memory, a signal)."""
        return isinstance(future.exception(), ProcessExpired)

    def result(self, future: "Future[Any]") -> Any:
        """Return what the call returned, or a `Refusal` when its worker failed, died or was killed."""
        try:
            return future.result()
        except TimeoutError:
            return Refusal("processing_timeout", f"took longer than {self._timeout:g} s; its worker was killed")
        except ProcessExpired as error:
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
