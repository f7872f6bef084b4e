"""Look a feed over: what a reader of it can rely on, and what its publisher could mend."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from schemas.records import Refusal
from transforms.fetch.entries_lint import entry_findings
from transforms.fetch.feed_hints import fresh_seconds, hints_of
from transforms.fetch.feed_records import Feed
from transforms.fetch.fetched import Fetched
from transforms.fetch.lint_finding import Finding
from transforms.fetch.server_lint import encoding_findings, server_findings

__all__ = ["Finding", "lint"]

#: Minutes; a feed that asks for longer pauses than this misses the news of a day.
LONG_PAUSE: Final = 1_440


def lint(feed: Feed | Refusal, fetched: Fetched | None, now: datetime, body: bytes = b"") -> list[Finding]:
    """Return what there is to say of a feed, in a fixed order of topics; `error` findings only where it can't be read.

    `fetched` is the answer it came with, `None` for a file; `body` are the bytes of that file. `now` is UTC.
    """
    found = list(server_findings(fetched, now)) if fetched else []
    if isinstance(feed, Refusal):
        return [*found, Finding("error", "feed", f"This is no feed that can be read: {feed.reason}.")]
    content_type = fetched.headers.get("content-type", "") if fetched else ""
    found += encoding_findings(fetched.body if fetched else body, content_type)
    found += _feed_findings(feed, fetched, now)
    return found + list(entry_findings(feed.entries, now))


def _feed_findings(feed: Feed, fetched: Fetched | None, now: datetime) -> Iterator[Finding]:
    if feed.bozo:
        yield Finding("warning", "well-formed", f"It is broken, and strict readers show nothing: {feed.bozo}.")
    else:
        yield Finding("ok", "well-formed", f"It is a well-formed feed of the kind {feed.kind}.")
    if feed.left_out:
        yield Finding("warning", "size", f"It is too large to be read in full: {feed.left_out}.")
    if feed.title:
        yield Finding("ok", "title", f"It is called “{feed.title[:100]}”.")
    elif feed.kind != "sitemap":
        yield Finding("warning", "title", "It has no title, so that readers cannot show whose feed it is.")
    if feed.language:
        yield Finding("ok", "language", f"Its language is given as {feed.language[:20]}.")
    else:
        yield Finding("note", "language", "It does not say its language; readers have to guess it.")
    yield from _address_findings(feed, fetched)
    yield from _pause_findings(feed, now)


def _address_findings(feed: Feed, fetched: Fetched | None) -> Iterator[Finding]:
    if feed.new_url and feed.new_url != feed.url:
        yield Finding("warning", "self link", f"It says that it has moved to {feed.new_url[:300]}; subscribe to that.")
    if not feed.self_url:
        if feed.kind.startswith(("rss", "atom", "json")):
            yield Finding("note", "self link", "It does not name its own address (a link of the relation `self`).")
    elif feed.self_url not in (feed.url, fetched.final_url if fetched else feed.url):
        yield Finding("note", "self link", f"It names another address as its own: {feed.self_url[:300]}.")
    else:
        yield Finding("ok", "self link", "It names its own address.")


def _pause_findings(feed: Feed, now: datetime) -> Iterator[Finding]:
    minutes = fresh_seconds(hints_of(feed), {}, now) / 60
    if minutes > LONG_PAUSE:
        yield Finding("warning", "ttl", f"It asks readers to wait {minutes:.0f} minutes between polls; news is missed.")
    elif minutes:
        yield Finding("ok", "ttl", f"It asks readers to wait {minutes:.0f} minutes between polls.")
    else:
        yield Finding("note", "ttl", "It does not say how long readers should wait between polls (`<ttl>`).")
    if len(set(feed.skip_hours)) >= 24 or len(set(feed.skip_days)) >= 7:
        yield Finding("warning", "skip hours", "It asks never to be polled (skipHours or skipDays name all); ignored.")
