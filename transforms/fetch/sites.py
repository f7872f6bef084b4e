"""What a site says before its pages are asked for: robots.txt and tdmrep.json, each read once an origin."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from yarl import URL

from schemas.records import OptOuts, Refusal
from transforms.fetch.fetched import Fetched
from transforms.fetch.once import Once
from transforms.fetch.opt_outs import MAX_FILE, WELL_KNOWN, Reservation, reservations, reserved_for
from transforms.fetch.robots import MAX_BYTES, Robots
from transforms.fetch.trouble import TroubleError

T = TypeVar("T")

#: Seconds for which a file holds (RFC 9309 §2.4), and for which one that could not be read does.
KEPT: Final = 86_400.0
KEPT_FAILURE: Final = 900.0
#: Bytes from which on a file is read in a thread, so that the others go on.
LONG: Final = 65_536

#: Fetches the beginning of a file: (address, bytes of it, tries) → the answer, or what went wrong.
FetchHead = Callable[[str, int, int], Awaitable[Fetched | TroubleError]]


class Sites:
    """The files of the origins that were asked."""

    def __init__(self, fetch: FetchHead, tries: int) -> None:
        self._fetch = fetch
        self._tries = tries
        self._robots = Once(self._read_robots)
        self._reservations = Once(self._read_reservations)

    async def robots(self, url: URL) -> Robots | Refusal:
        """Return the rules of the origin of an address, or why they can not be had."""
        return await self._robots.of(str(url.origin()))

    async def reserved(self, url: URL) -> OptOuts:
        """Return what the origin's tdmrep.json says of an address; one that can not be read says nothing."""
        return reserved_for(url, await self._reservations.of(str(url.origin())))

    async def close(self) -> None:
        """Give up what is not there yet."""
        await self._robots.close()
        await self._reservations.close()

    async def _read_robots(self, origin: str) -> tuple[Robots | Refusal, float]:
        answer = await self._fetch(f"{origin}/robots.txt", MAX_BYTES, self._tries)
        if isinstance(answer, Fetched):
            return await _aside(Robots.parse, answer.body), KEPT
        outcome, reason, wait = answer.refusal
        if (400 <= answer.status < 500 and answer.status != 429) or outcome == "redirect_loop":
            return Robots(), KEPT  # "unavailable" (RFC 9309 §2.3.1.3)
        if outcome in ("dns", "tls"):  # the page itself would end so, and this says more
            return answer.refusal, KEPT_FAILURE
        line = f"robots.txt of {URL(origin).host}: {outcome}: {reason}"[:300]
        return Refusal("robots_unreachable", line, wait), min(wait or KEPT_FAILURE, KEPT_FAILURE)

    async def _read_reservations(self, origin: str) -> tuple[tuple[Reservation, ...], float]:
        answer = await self._fetch(f"{origin}{WELL_KNOWN}", MAX_FILE, 1)
        if isinstance(answer, Fetched):
            return (await _aside(reservations, answer.body) if answer.status == 200 else ()), KEPT
        return (), KEPT if answer.status else KEPT_FAILURE


async def _aside(read: Callable[[bytes], T], body: bytes) -> T:
    return read(body) if len(body) < LONG else await asyncio.to_thread(read, body)
