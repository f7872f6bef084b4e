"""One of the places that requests under way share."""

import asyncio


class Place:
    """A place that is held from the start of a request until its body was handed over, and never while waiting."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def take(self) -> None:
        """Wait for a free place, if this one is not held already."""
        if not self._held:
            await self._places.acquire()
            self._held = True

    def give(self) -> None:
        """Give it back, if it is held."""
        if self._held:
            self._held = False
            self._places.release()
