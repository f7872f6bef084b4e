"""What is asked of a server, and what it answered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.records import OptOuts

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class Request(NamedTuple):
    """A page or feed to fetch."""

    url: str
    headers: Mapping[str, str] = NO_HEADERS  # further ones, such as validators; for the first address only
    robots: bool = True  # whether robots.txt and the reservations of the site are asked for first


class Redirect(NamedTuple):
    """One step on the way: the server at `url` answered `status` and named the next address."""

    url: str
    status: int


class Fetched(NamedTuple):
    """A page or feed, or the answer 304 (with an empty body) to a request that was conditional."""

    url: str  # as it was asked for
    final_url: str  # after redirects
    status: int
    headers: Mapping[str, str]  # names in lower case; several of one name are joined by ", "
    body: bytes  # decoded, never empty but for 304
    redirects: tuple[Redirect, ...]
    elapsed: float  # seconds, waiting for its turn left out
    opt_outs: OptOuts = OptOuts()  # by its headers, and by the site's tdmrep.json
