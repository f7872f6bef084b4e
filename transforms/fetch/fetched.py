"""What a server answered."""

from collections.abc import Mapping
from typing import NamedTuple


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
    elapsed: float  # seconds, waiting for a free slot of the host left out
