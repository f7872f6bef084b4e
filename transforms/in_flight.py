"""Documents in the pool's hands: results are handed on as they come, at the latest with their bundle."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Final, Generic, TypeVar

from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Refusal
from transforms.pool import Pool
from transforms.stop import STOP

T = TypeVar("T")

#: Documents in the pool's hands for each of its workers: enough to bridge the writing of a file.
EACH: Final = 8
#: Seconds for which documents in hand are waited for when somebody asks to stop.
PATIENCE: Final = 5.0


class InFlight(Generic[T]):
    """What one bundle has handed to the pool. A document whose worker died is tried once more: it may not be at fault.

    Args:
        pool: the workers.
        submit: hands a document to the pool.
        settle: makes the elements that go on of a document and what came out of the pool.

    """

    def __init__(
        self, pool: Pool, submit: Callable[[T], "Future[Any]"], settle: Callable[[T, Any], Iterator[Any]]
    ) -> None:
        self._pool = pool
        self._submit = submit
        self._settle = settle
        self._waiting: dict[Future[Any], tuple[T, Any, Any]] = {}
        self._retried: set[Future[Any]] = set()

    def add(self, document: T, timestamp: Any, window: Any) -> Iterator[WindowedValue]:
        """Hand in a document; yield what is done while the pool has enough to do."""
        if STOP.asked_for(PATIENCE):
            yield from self._put_off(document, timestamp, window)
            return
        self._waiting[self._submit(document)] = (document, timestamp, window)
        while len(self._waiting) >= EACH * self._pool.size:
            yield from self._done()

    def _put_off(self, document: T, timestamp: Any, window: Any) -> Iterator[WindowedValue]:
        """Leave a document for the next run: somebody asked to stop and has waited long enough."""
        for element in self._settle(document, Refusal("deferred", "there was no time left when the run was stopped")):
            yield WindowedValue(element, timestamp, (window or GlobalWindow(),))

    def rest(self) -> Iterator[WindowedValue]:
        """Wait for everything that was handed in, and yield it."""
        while self._waiting:
            yield from self._done()

    def _done(self) -> Iterator[WindowedValue]:
        done, late = wait(self._waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        if STOP.asked_for(PATIENCE):
            for future in late:
                yield from self._put_off(*self._waiting.pop(future))
        for future in done:
            document, timestamp, window = self._waiting.pop(future)
            if self._pool.died(future) and future not in self._retried:
                again = self._submit(document)
                self._waiting[again] = (document, timestamp, window)
                self._retried.add(again)
                continue
            for element in self._settle(document, self._pool.result(future)):
                yield WindowedValue(element, timestamp, (window or GlobalWindow(),))
