"""The edge to the network: one polite HTTP client, an object that is handed in.

It keeps no cookies and sends no Referer; certificates are always verified; each hop of a redirect passes the same
checks.
"""

import asyncio
import math
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.addresses import AddressGate, BlockedAddressError
from transforms.fetch.answers import ERRORS, read_answer
from transforms.fetch.decoding import ACCEPTED
from transforms.fetch.failures import HostFailures
from transforms.fetch.fetched import NO_HEADERS, Fetched, Redirect, Request
from transforms.fetch.hosts import blocked_names, is_blocked
from transforms.fetch.place import Place
from transforms.fetch.resolver import PooledResolver
from transforms.fetch.retries import pause_before_retry
from transforms.fetch.robots import MAX_REDIRECTS, Robots
from transforms.fetch.sites import Sites
from transforms.fetch.slots import HostSlots
from transforms.fetch.trip import Trip, request_url
from transforms.fetch.trouble import TroubleError, trouble_of
from transforms.fetch.turns import Domains

__all__ = ["Client", "Fetched", "Redirect", "Request", "user_agent"]

ACCEPT: Final = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.8"
)


class Client:
    """Fetches over HTTP; `async with Client(settings) as client`."""

    def __init__(
        self,
        settings: FetchSettings,
        gate: AddressGate | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._settings = settings
        self._gate = gate or AddressGate(settings.allow_private, ports=settings.ports)
        self._blocked = blocked_names(settings.blocked_domains)
        self._resolver = resolver
        self._own_resolver: PooledResolver | None = None
        self._slots = HostSlots(settings.per_host)
        self._places = asyncio.Semaphore(max(1, settings.concurrency))
        self._domains = Domains(settings)
        self._failures = HostFailures(settings.host_failures)
        self._sites = Sites(self._head, settings.tries)
        self._honour = settings.tdm == "honour"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._own_resolver = None if self._resolver else PooledResolver(self._settings.concurrency)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                ttl_dns_cache=300,
                resolver=self._resolver or self._own_resolver,
                socket_factory=self._gate.open_socket,
            ),
            headers={"User-Agent": user_agent(self._settings.contact), "Accept": ACCEPT, "Accept-Encoding": ACCEPTED},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.connect_timeout),
            auto_decompress=False,
            max_line_size=16_384,
            max_field_size=16_384,
        )
        self._session._retry_connection = False  # a second request, at once, that nobody would know of
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session and its connections."""
        await self._sites.close()
        if self._session:
            await self._session.close()
        if self._own_resolver:
            await self._own_resolver.close()

    async def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS, robots: bool = False) -> Fetched | Refusal:
        """Fetch a URL through its redirects, within the total deadline and the caps; never raises for what servers do.

        `headers`: further request headers, such as validators, which hold for the first address only. The answer 304
        comes back as `Fetched` when it was called for. Any other end than a body is a `Refusal`.
        `robots`: ask robots.txt and tdmrep.json before each address on the way, and end where they refuse.
        """
        place = self.place()
        try:
            return await self.fetch(Request(url, headers, robots), place)
        finally:
            place.give()

    def place(self) -> Place:
        """Return a place for `fetch`, one of `settings.concurrency`; it is not taken yet."""
        return Place(self._places)

    async def fetch(self, request: Request, place: Place) -> Fetched | Refusal:
        """Fetch as `get` does; the place is held at the end, as long as the caller holds the body."""
        try:
            trip = Trip(request, self._settings.total_timeout, self._settings.tries)
            return (await self._travel(trip, place))._replace(url=request.url)
        except ERRORS as error:
            return trouble_of(error).refusal

    async def robots(self, url: str) -> Robots | Refusal:
        """Return the rules that robots.txt has for an address's origin, its sitemaps with them."""
        try:
            address = request_url(url)
            self._check(address)
            return await self._sites.robots(address)
        except ERRORS as error:
            return trouble_of(error).refusal

    def close_hosts(self, closed: Mapping[str, float]) -> None:
        """Leave domains (by `host_key`) alone until a UNIX time each; what is asked of them is `rate_limited`."""
        self._domains.close(closed)

    async def _head(self, url: str, size: int, tries: int) -> Fetched | TroubleError:
        place = self.place()
        try:
            return await self._travel(
                Trip(Request(url, robots=False), self._settings.total_timeout, tries, size), place
            )
        except ERRORS as error:
            return trouble_of(error)
        finally:
            place.give()

    async def _travel(self, trip: Trip, place: Place) -> Fetched:
        most = MAX_REDIRECTS if trip.head else self._settings.max_redirects
        while True:
            if len(trip.redirects) > most:
                raise TroubleError("redirect_loop", f"more than {most} redirects")
            self._check(trip.url)
            if trip.robots:
                await self._permit(trip)
            found = await self._hop(trip, place)
            if found:
                return found._replace(elapsed=trip.elapsed)
            place.give()

    def _check(self, url: URL) -> None:
        """Refuse what must not be asked for, or not now."""
        try:
            self._gate.check_url(url)
        except BlockedAddressError as error:
            raise TroubleError("blocked_address", str(error)) from error
        if is_blocked(url.raw_host or "", self._blocked):
            raise TroubleError("blocked_domain", f"the settings refuse {url.host}")
        self._domains.of(url).check()
        self._failures.check(url)

    async def _permit(self, trip: Trip) -> None:
        """Ask what the site says of the address the trip stands at."""
        rules = await self._sites.robots(trip.url)
        if isinstance(rules, Refusal):
            raise TroubleError(rules.outcome, rules.reason, later=rules.wait)
        self._domains.slow_down(trip.url, rules.crawl_delay)
        if line := rules.refusal_of(trip.url):
            raise TroubleError("robots", f"robots.txt of {trip.url.host} disallows it: {line}"[:300])
        trip.opt_outs = await self._sites.reserved(trip.url)
        if trip.opt_outs.tdm_reserved and self._honour:
            raise TroubleError("tdm_reserved", f"tdmrep.json of {trip.url.host} reserves text and data mining")

    async def _hop(self, trip: Trip, place: Place) -> Fetched | None:
        """Ask the server the trip stands at until it answers or another try makes no sense; `None`: go elsewhere."""
        tried = 0
        while True:
            url = trip.url
            try:
                async with self._slots.of(url.raw_host or ""):
                    self._failures.check(url)
                    await self._domains.turn(url, place)
                    async with trip.clock():
                        found = await self._ask(trip)
                self._failures.answered(url)
                return found
            except ERRORS as error:
                tried += 1
                trouble = trouble_of(error)
                pause = pause_before_retry(trouble, trip, tried, self._settings)
                if pause is None:
                    raise self._end(url, trouble) from error
                place.give()
                trip.waited = trip.waited or bool(trouble.wait)
                if trouble.refusal.outcome == "rate_limited":
                    self._domains.of(url).hold(pause)
                await trip.rest(pause)

    def _end(self, url: URL, trouble: TroubleError) -> TroubleError:
        """Draw the consequences of a request that failed for good."""
        self._failures.count(url, trouble.refusal)
        if trouble.refusal.outcome == "rate_limited" and trouble.status:
            seconds = min(trouble.wait or 0.0, self._settings.max_retry_after)
            self._domains.of(url).close(seconds or math.inf)
            trouble.refusal = trouble.refusal._replace(wait=seconds)
        return trouble

    async def _ask(self, trip: Trip) -> Fetched | None:
        if self._session is None:
            raise RuntimeError("the client is not open: use `async with`")
        async with self._session.get(trip.url, headers=trip.request_headers, allow_redirects=False) as answer:
            return await read_answer(answer, trip, self._settings.max_body, self._honour)


def user_agent(contact: str) -> str:
    """Return the name the client goes by, with a person or page to turn to."""
    try:
        number = version("newsbeam")
    except PackageNotFoundError:
        number = "0"
    contact = "".join(character for character in contact if character.isprintable()).strip()
    return f"newsbeam/{number} (+{contact})" if contact else f"newsbeam/{number}"
