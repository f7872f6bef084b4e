"""The state of one fetch on its way through redirects: where it stands, what it carries, what time is left."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urljoin

from yarl import URL

from schemas.records import OptOuts
from transforms.fetch.fetched import Redirect, Request
from transforms.fetch.trouble import TroubleError

#: Request headers that hold for the first address only.
FIRST_ONLY: Final = frozenset({"if-none-match", "if-modified-since", "authorization", "cookie"})
VALIDATORS: Final = frozenset({"if-none-match", "if-modified-since"})
#: Characters of a URL that needs no quoting (RFC 3986).
PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
#: Characters of the longest address that is asked for.
MAX_URL: Final = 4_000
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Trip:
    """One fetch. Cookies live as long as it does, each for the origin that set it, and are never kept.

    `seconds`: the total deadline. `tries`: of each address on the way. `head`: bytes of the body that are wanted, of
    whatever kind they are; 0 for a whole page.
    """

    def __init__(self, request: Request, seconds: float, tries: int, head: int = 0) -> None:
        self.url = request_url(request.url)
        self.robots = request.robots
        self.tries = tries
        self.head = head
        self.opt_outs = OptOuts()  # of the site, for the address it stands at
        self.redirects: list[Redirect] = []
        self.waited = False  # once for a server that asked for it
        self.elapsed = 0.0
        self._seconds = seconds
        self._headers = {name.lower(): value for name, value in request.headers.items()}
        self._cookies: dict[str, dict[str, str]] = {}
        self._visited = {self._state()}

    @property
    def place(self) -> str:
        """The address it stands at, without a user and password that may be in it."""
        return str(self.url.with_user(None)) if self.url.raw_user else str(self.url)

    @property
    def is_conditional(self) -> bool:
        """Tell whether an answer 304 is called for."""
        return not self.redirects and not VALIDATORS.isdisjoint(self._headers)

    @property
    def request_headers(self) -> dict[str, str]:
        """The caller's headers and the cookies of this trip for the address it stands at."""
        names = self._headers.keys() - (FIRST_ONLY if self.redirects else frozenset())
        headers = {name: self._headers[name] for name in names}
        cookies = self._cookies.get(str(self.url.origin()))
        if cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return headers

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[None]:
        """Count the time within against the total deadline.

        Raises:
            TroubleError: `timeout`, when the deadline passes.

        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, self._seconds - self.elapsed)) as deadline:
                yield
        except TimeoutError:
            if not deadline.expired():
                raise
            raise TroubleError("timeout", f"no complete answer within {self._seconds:g} s") from None
        finally:
            self.elapsed += time.monotonic() - started

    @property
    def seconds_left(self) -> float:
        """Time until the total deadline; it stands still while the trip waits for its turn."""
        return self._seconds - self.elapsed

    async def rest(self, seconds: float) -> None:
        """Wait before another try, which counts against the deadline."""
        self.elapsed += seconds
        await asyncio.sleep(seconds)

    def take_cookies(self, set_cookie: list[str]) -> None:
        """Remember what the server at this address sets."""
        if not set_cookie:
            return
        jar = self._cookies.setdefault(str(self.url.origin()), {})
        for line in set_cookie[:50]:
            try:
                jar |= {name: morsel.coded_value for name, morsel in SimpleCookie(line[:4096]).items()}
            except CookieError:
                continue

    def follow(self, status: int, location: str) -> None:
        """Move on to the address that a redirect names.

        Raises:
            TroubleError: there is none, it is malformed, or the trip has been there with the same cookies.

        """
        if not location.strip():
            raise TroubleError("http_error", f"{status} without a Location")
        readable = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        self.redirects.append(Redirect(self.place, status))
        try:
            self.url = request_url(urljoin(str(self.url), readable.strip()))
        except ValueError as error:
            raise TroubleError("bad_url", f"a redirect to a malformed address: {error}"[:300]) from error
        if self._state() in self._visited:
            raise TroubleError("redirect_loop", f"a redirect back to {self.place}"[:300])
        self._visited.add(self._state())

    def _state(self) -> tuple[str, str]:
        return str(self.url), str(self._cookies)


def request_url(url: str) -> URL:
    """Return the address as it goes over the wire: as it was written where that is a valid URL, else quoted.

    Raises `ValueError` for what is malformed or longer than 4,000 characters.
    """
    url = re.sub(r"[\x00-\x1f\x7f]", "", url).strip()
    if len(url) > MAX_URL:
        raise ValueError(f"an address of {len(url)} characters")
    address = URL(url, encoded=PLAIN.fullmatch(url) is not None)
    if address.scheme in ("http", "https") and address.raw_host:
        address = (
            address.with_host(address.raw_host.lower()) if address.raw_host != address.raw_host.lower() else address
        )
    return address.with_fragment(None)
