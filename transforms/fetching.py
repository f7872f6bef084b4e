"""Run the asynchronous fetcher beside a synchronous room: results come over as they are there, a few at a time."""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.fetch import NONE_CLOSED, fetch_all
from transforms.fetch.fetched import Fetched, Request
from transforms.fetch.hosts import host_key
from transforms.stop import STOP

#: Gives the hosts that refuse (`transforms.fetch.hosts.host_key`), with the UNIX times until which they do.
Closed = Callable[[], Mapping[str, float]]

#: Fetched pages that may wait for a busy consumer; then the fetching is held back.
WAITING = 64


#: Hosts that have asked this process for patience, with the UNIX times until which they are left alone.
_patience: dict[str, float] = {}


class _Fetcher:
    """A thread with an event loop of its own, and the queue between it and the room."""

    def __init__(self, requests: Sequence[Request], settings: FetchSettings, closed: Mapping[str, float]) -> None:
        self._requests = requests
        self._settings = settings
        self._closed = closed
        self.ready: queue.Queue[tuple[int, Fetched | Refusal] | BaseException | None] = queue.Queue()
        self._places = threading.Semaphore(WAITING)
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.thread = threading.Thread(target=self._run, name="fetch", daemon=True)

    def taken(self) -> None:
        """Give back the place of a result."""
        self._places.release()

    def cancel(self) -> None:
        """Give up what is not there yet."""
        if self._loop and self._task:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            self.ready.put(None)
        except BaseException as error:  # noqa: BLE001  the room raises it
            self.ready.put(error)
        else:
            self.ready.put(None)

    async def _main(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        await fetch_all(self._requests, self._settings, self._hand_over, closed=self._closed)

    async def _hand_over(self, index: int, result: Fetched | Refusal) -> None:
        while not self._places.acquire(blocking=False):
            await asyncio.sleep(0.02)
        self.ready.put((index, result))


def fetch_each(
    requests: Sequence[Request], settings: FetchSettings, closed: Mapping[str, float] = NONE_CLOSED
) -> Iterator[tuple[int, Fetched | Refusal]]:
    """Yield (place in `requests`, result) in the order of arrival.

    `closed`: `transforms.fetch.hosts.host_key` → UNIX time before which it is not asked; its addresses end as
    `rate_limited`, and so do those of hosts that have asked an earlier call for patience.
    Ends early, with some missing, when `transforms.stop.STOP` is due: they stay due.
    """
    if not requests:
        return
    fetcher = _Fetcher(requests, settings, {**_patience, **closed})
    fetcher.thread.start()
    try:
        while True:
            if STOP.due:
                fetcher.cancel()
            try:
                item = fetcher.ready.get(timeout=0.5)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            fetcher.taken()
            index, result = item
            if isinstance(result, Refusal) and result.outcome == "rate_limited" and result.wait:
                _patience[host_key(requests[index].url)] = time.time() + result.wait
            yield item
    finally:
        fetcher.cancel()
        fetcher.thread.join()
