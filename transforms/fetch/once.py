"""Work a value out once, however many ask for it at the same time, and keep it for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

#: Values that are kept.
MOST: Final = 2_000


class Once(Generic[T]):
    """Values by key; `make` returns a value and the seconds for which it holds."""

    def __init__(self, make: Callable[[str], Awaitable[tuple[T, float]]]) -> None:
        self._make = make
        self._tasks: dict[str, asyncio.Task[tuple[T, float]]] = {}

    async def of(self, key: str) -> T:
        """Return the value; who gives up waiting for it leaves the others to get it."""
        task = self._tasks.get(key)
        if task is None or (task.done() and _is_over(task)):
            self._tasks.pop(key, None)
            if len(self._tasks) >= MOST:
                self._forget()
            task = self._tasks[key] = asyncio.create_task(self._timed(key))
        value, _ = await asyncio.shield(task)
        return value

    async def close(self) -> None:
        """Give up what is not there yet."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _timed(self, key: str) -> tuple[T, float]:
        value, seconds = await self._make(key)
        return value, time.monotonic() + seconds

    def _forget(self) -> None:
        oldest = next((key for key, task in self._tasks.items() if task.done()), None)
        if oldest is not None:
            del self._tasks[oldest]


def _is_over(task: asyncio.Task[tuple[T, float]]) -> bool:
    return task.cancelled() or task.exception() is not None or task.result()[1] <= time.monotonic()
