"""The edge to the network: one polite HTTP client, an object that is handed in.

It keeps no cookies and sends no Referer; certificates are always verified; each hop of a redirect passes the same
checks.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType, TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.addresses import AddressGate, BlockedAddressError
from transforms.fetch.body import read_body
from transforms.fetch.decoding import ACCEPTED
from transforms.fetch.fetched import Fetched, Redirect
from transforms.fetch.resolver import PooledResolver
from transforms.fetch.retry_after import retry_after
from transforms.fetch.slots import HostSlots
from transforms.fetch.trip import REDIRECTS, Trip
from transforms.fetch.trouble import TroubleError, body_trouble_of, trouble_of

__all__ = ["Client", "Fetched", "Redirect", "user_agent"]

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
ACCEPT: Final = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.8"
)
#: Tries of one hop.
TRIES: Final = 2
#: Seconds that a server may ask to be waited for at once; what takes longer is `retry_later`.
PATIENCE: Final = 5.0
#: Seconds of the client's own back-off, of which a random part is added.
BACK_OFF: Final = 0.5
#: Errors of the library and of sockets.
ERRORS: Final = (TroubleError, aiohttp.ClientError, TimeoutError, OSError, ValueError)


class Client:
    """Fetches over HTTP; `async with Client(settings) as client`."""

    def __init__(
        self,
        settings: FetchSettings,
        gate: AddressGate | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._settings = settings
        self._gate = gate or AddressGate(settings.allow_private)
        self._resolver = resolver
        self._own_resolver: PooledResolver | None = None
        self._slots = HostSlots(settings.per_host)
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
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session and its connections."""
        if self._session:
            await self._session.close()
        if self._own_resolver:
            await self._own_resolver.close()

    async def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Fetched | Refusal:
        """Fetch a URL through its redirects, within the total deadline and the caps; never raises for what servers do.

        `headers`: further request headers, such as validators, which hold for the first address only. The answer 304
        comes back as `Fetched` when it was called for. Any other end than a body is a `Refusal`.
        """
        try:
            trip = Trip(url, headers, self._settings.total_timeout)
            while True:
                if len(trip.redirects) > self._settings.max_redirects:
                    raise TroubleError("redirect_loop", f"more than {self._settings.max_redirects} redirects")
                found = await self._hop(trip)
                if found:
                    return found._replace(url=url, elapsed=trip.elapsed)
        except ERRORS as error:
            return trouble_of(error).refusal

    async def _hop(self, trip: Trip) -> Fetched | None:
        """Ask the server the trip stands at, twice at most; `None` when it sends the trip elsewhere."""
        try:
            self._gate.check_url(trip.url)
        except BlockedAddressError as error:
            raise TroubleError("blocked_address", str(error)) from error
        async with self._slots.of(trip.url.raw_host or ""), trip.clock():
            for tries_left in reversed(range(TRIES)):
                try:
                    return await self._ask(trip)
                except ERRORS as error:
                    trouble = trouble_of(error)
                    if trouble.wait is None or not tries_left or trouble.wait > min(PATIENCE, trip.seconds_left):
                        raise trouble from error
                    await asyncio.sleep(trouble.wait or BACK_OFF * (1 + random.random()))
        return None

    async def _ask(self, trip: Trip) -> Fetched | None:
        if self._session is None:
            raise RuntimeError("the client is not open: use `async with`")
        request = self._session.get(trip.url, headers=trip.request_headers, allow_redirects=False)
        async with request as answer:
            headers = _checked_headers(answer)
            if answer.status in REDIRECTS:
                trip.take_cookies(answer.headers.getall("Set-Cookie", []))
                trip.follow(answer.status, headers.get("location", ""))
                return None
            if answer.status == 304 and trip.is_conditional:
                body = b""
            else:
                _check_status(answer, headers)
                body = await self._body(answer, headers)
            return Fetched("", trip.place, answer.status, headers, body, tuple(trip.redirects), 0.0)

    async def _body(self, answer: aiohttp.ClientResponse, headers: Mapping[str, str]) -> bytes:
        try:
            chunks = answer.content.iter_any()
            body = await read_body(chunks, headers.get("content-encoding", ""), self._settings.max_body)
        except ERRORS as error:
            answer.close()
            raise body_trouble_of(error) from error
        if not body.strip():
            raise TroubleError("empty", "the body has no bytes, or nothing but white space")
        return body


def user_agent(contact: str) -> str:
    """Return the name the client goes by, with a person or page to turn to."""
    try:
        number = version("newsbeam")
    except PackageNotFoundError:
        number = "0"
    contact = "".join(character for character in contact if character.isprintable()).strip()
    return f"newsbeam/{number} (+{contact})" if contact else f"newsbeam/{number}"


def _checked_headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers in lower case; refuse two lengths, by which requests are smuggled (RFC 9112 §6.3)."""
    lengths = set(answer.headers.getall("Content-Length", []))
    if len(lengths) > 1:
        raise TroubleError("bad_http", "several values of Content-Length")
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _check_status(answer: aiohttp.ClientResponse, headers: Mapping[str, str]) -> None:
    """Raise for an answer that has no page.

    Raises:
        TroubleError: `gone`, `retry_later`, `bad_http` or `http_error`.

    """
    status = answer.status
    if 200 <= status < 300 and status != 206:
        return
    line = f"{status} {answer.reason or ''}".strip()[:100]
    if status == 304:
        raise TroubleError("bad_http", "304 to a request that was not conditional")
    if status == 410:
        raise TroubleError("gone", line)
    if status in (429, 503):
        wait = retry_after(headers.get("retry-after", ""), datetime.now(UTC))
        if wait is not None and wait > PATIENCE:
            raise TroubleError("retry_later", f"{line}: come back in {wait:.0f} s", wait)
        raise TroubleError("retry_later" if status == 429 or wait else "http_error", line, wait or 0)
    raise TroubleError("http_error", line, 0 if status >= 500 or status in (408, 425) else None)
