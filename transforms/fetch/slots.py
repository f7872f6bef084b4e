"""At most so many requests to one host at a time."""

import asyncio
from weakref import WeakValueDictionary


class HostSlots:
    """Hands out slots by host; a host that nobody asks for any more takes no memory.

    The semaphore stands in front of the HTTP library: held back by its own limit per host it is ten times slower.
    """

    def __init__(self, per_host: int) -> None:
        self._per_host = max(1, per_host)
        self._slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, host: str) -> asyncio.Semaphore:
        """Return the slots of a host, to be held with `async with` for the time of a request."""
        host = host.lower()
        slot = self._slots.get(host)
        if slot is None:
            slot = self._slots[host] = asyncio.Semaphore(self._per_host)
        return slot
