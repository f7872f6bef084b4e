"""Whose turn it is: the requests to one registrable domain start one after the other, with a pause between them."""

import asyncio
import math
import time
from collections.abc import Mapping

from yarl import URL

from schemas.settings import FetchSettings
from transforms.fetch.hosts import host_key, is_loopback
from transforms.fetch.place import Place
from transforms.fetch.trouble import TroubleError


class Domain:
    """The state of one domain."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = asyncio.Lock()
        self._started = -math.inf
        self._held_until = -math.inf
        self._closed_until = -math.inf
        self._pause = 0.0

    async def turn(self, pause: float, place: Place, exempt: bool = False) -> None:
        """Wait until a request may start, then for a free place; nobody of the same domain comes in between.

        Raises:
            TroubleError: `rate_limited`, once the domain is closed.

        """
        async with self._turn:
            while True:
                self.check()
                now = time.monotonic()
                due = max(self._started + (0.0 if exempt else max(pause, self._pause)), self._held_until)
                if due > now:
                    place.give()
                    await asyncio.sleep(due - now)
                    continue
                await place.take()
                self.check()
                if self._held_until <= time.monotonic():
                    break
            self._started = time.monotonic()

    def check(self) -> None:
        """Refuse at once while the domain is closed.

        Raises:
            TroubleError: `rate_limited`, with the seconds that are left.

        """
        left = self._closed_until - time.monotonic()
        if left > 0:
            known = 0.0 if left == math.inf else left
            when = f"for another {left:.0f} s" if known else "for the rest of this run"
            raise TroubleError("rate_limited", f"not asked: {self.name} wants to be left alone {when}", later=known)

    def hold(self, seconds: float) -> None:
        """Let all of its requests wait."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)

    def close(self, seconds: float) -> None:
        """Refuse all of its requests for so long."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def slow_down(self, pause: float) -> None:
        """Make the pause at least so long."""
        self._pause = max(self._pause, pause)


class Domains:
    """The domains that were asked."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._domains: dict[str, Domain] = {}

    def of(self, url: URL) -> Domain:
        """Return the domain of an address."""
        return self._named(host_key(str(url.origin())))

    async def turn(self, url: URL, place: Place) -> None:
        """Wait for the turn of an address; what this very machine serves has no pause."""
        await self.of(url).turn(self._settings.delay, place, is_loopback(url.raw_host or ""))

    def slow_down(self, url: URL, crawl_delay: float) -> None:
        """Respect a Crawl-delay, as far as the settings go."""
        self.of(url).slow_down(min(crawl_delay, self._settings.max_crawl_delay))

    def close(self, closed: Mapping[str, float]) -> None:
        """Close domains by their `host_key` until a UNIX time."""
        now = time.time()
        for name, until in closed.items():
            self._named(name).close(until - now)

    def _named(self, name: str) -> Domain:
        domain = self._domains.get(name)
        if domain is None:
            domain = self._domains[name] = Domain(name)
        return domain
