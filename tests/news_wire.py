"""A publisher that issues news at a known rate and knows what it has issued, with all that goes wrong on the way.

    with NewsWire(rate=5, most=100) as wire:
        ... newsbeam stream --feeds *wire.feeds ...
        wire.begin()                      # the feeds were empty until now
        wire.articles, wire.missing       # what the lake must hold now

Of every twenty items one is edited some seconds after it was issued, one is in two feeds, one comes under a second guid
as well, one is dated last week and stands at the end of its feed, one page fails at the first request, one does not
exist. Feeds have validators, answer 304, fail at every seventh request, and forget an item after `keep` seconds.
"""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from hashlib import blake2b
from typing import NamedTuple, Self

from publisher import Publisher, Seen, page, response

RSS = "Content-Type: application/rss+xml"
#: Seconds after its issue.
EDITED_AFTER = 8
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


class Item(NamedTuple):
    """One item of news."""

    number: int
    at: float  # UNIX time of its issue

    @property
    def kind(self) -> str:
        """What is special about it."""
        kinds = {3: "edited", 7: "shared", 11: "doubled", 13: "late", 15: "failing", 17: "missing"}
        return kinds.get(self.number % 20, "plain")

    def title(self, now: float) -> str:
        """Return its headline as it is at a time."""
        edited = self.kind == "edited" and now >= self.at + EDITED_AFTER
        return f"Report {self.number} of Ravenmoor{', corrected' if edited else ''}"


class NewsWire:
    """The publisher, on three loopback hosts with a feed each.

    Args:
        rate: items a second.
        keep: seconds after which a feed forgets an item.
        most: how many items there are, so that a busy machine has no more to do than an idle one.

    """

    def __init__(self, rate: float = 5.0, keep: float = 600.0, most: int = 2**60) -> None:
        self.publisher = Publisher(HOSTS)
        self._rate = rate
        self._keep = keep
        self._most = most
        self._began = float("inf")
        self._over = float("inf")

    def __enter__(self) -> Self:
        self.publisher.__enter__()
        for number in range(len(HOSTS)):
            self.publisher.add(f"/wire/{number}", partial(self._feed, number))
        return self

    def begin(self) -> None:
        """Issue the first item now."""
        self._began = time.time()

    def __exit__(self, *error: object) -> None:
        self.publisher.__exit__(None, None, None)

    @property
    def feeds(self) -> list[str]:
        """The addresses of the feeds."""
        return [f"{self.publisher.url_of(host)}/wire/{number}" for number, host in enumerate(HOSTS)]

    @property
    def count(self) -> int:
        """How many items are issued by now."""
        now = min(time.time(), self._over)
        return min(int((now - self._began) * self._rate), self._most) if now > self._began else 0

    @property
    def is_done(self) -> bool:
        """Tell whether the last item is issued, and the last edit made."""
        return self.count == self._most and time.time() > self.item(self._most - 1).at + EDITED_AFTER

    def stop(self) -> None:
        """Issue nothing more."""
        self._over = time.time()

    def item(self, number: int) -> Item:
        """Return an item."""
        return Item(number, self._began + number / self._rate)

    def url(self, item: Item) -> str:
        """Return the address of its page; there is one from now on."""
        path = f"/report/{item.number}"
        if path not in self.publisher.known_paths() and item.kind != "missing":
            self.publisher.add(path, partial(self._page, item))
        return self.publisher.url_of(HOSTS[item.number % len(HOSTS)]) + path

    @property
    def articles(self) -> dict[str, str]:
        """Address → headline of everything that was issued and has a page, as it stands now."""
        now = time.time()
        items = map(self.item, range(self.count))
        return {self.url(item): item.title(now) for item in items if item.kind != "missing"}

    @property
    def missing(self) -> set[str]:
        """The addresses that were issued and lead nowhere."""
        return {self.url(item) for item in map(self.item, range(self.count)) if item.kind == "missing"}

    def issued_at(self) -> dict[str, float]:
        """Address → UNIX time of issue."""
        return {self.url(item): item.at for item in map(self.item, range(self.count))}

    async def _feed(self, number: int, seen: Seen, writer: asyncio.StreamWriter) -> None:
        now = time.time()
        if seen.number % 7 == 6:
            writer.write(response(b"", "503 Service Unavailable"))
            return
        body = self._rss(number, now)
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if seen.headers.get("if-none-match") == tag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            writer.write(response(body, "200 OK", RSS, f"ETag: {tag}"))

    def _rss(self, number: int, now: float) -> bytes:
        newest = self.count - 1
        oldest = max(0, int(newest - self._keep * self._rate))
        lines, last = [], []
        for item in map(self.item, range(newest, oldest - 1, -1)):
            home = item.number % len(HOSTS)
            if number != home and not (item.kind == "shared" and number == (home + 1) % len(HOSTS)):
                continue
            place = last if item.kind == "late" else lines
            place.append(self._entry(item, now, f"guid-{item.number}"))
            if item.kind == "doubled":
                place.append(self._entry(item, now, f"second-guid-{item.number}"))
        items = "".join([*lines, *last])
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()

    def _entry(self, item: Item, now: float, guid: str) -> str:
        dated = datetime.fromtimestamp(item.at - (7 * 86_400 if item.kind == "late" else 0), UTC)
        return (
            f"<item><title>{item.title(now)}</title><link>{self.url(item)}</link>"
            f'<guid isPermaLink="false">{guid}</guid><pubDate>{format_datetime(dated)}</pubDate></item>'
        )

    async def _page(self, item: Item, seen: Seen, writer: asyncio.StreamWriter) -> None:
        if item.kind == "failing" and seen.number == 0:
            writer.write(b"")
        else:
            writer.write(response(page(item.title(time.time()))))
