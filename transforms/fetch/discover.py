"""Find the feeds that a page names, and the sitemaps that robots.txt names. Linear in the size of the page."""

import re
from html import unescape
from typing import Final, NamedTuple

from transforms.fetch.feed_entries import http_address

#: Characters of a page that are looked at.
HEAD: Final = 500_000
KINDS: Final = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
}
_TAG: Final = re.compile(r"<(?:link|a)\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:/feeds?|/rss|/atom|\.rss|\.atom|/(?:feed|rss|atom|index)\.(?:xml|json|rdf))/?$", re.I
)
_COMMENTS: Final = re.compile(r"comment|kommentar", re.IGNORECASE)


class FoundFeed(NamedTuple):
    """A feed that a page names."""

    url: str
    title: str
    kind: str  # rss, atom, rdf, json; "" where only its address tells


def feed_links(body: bytes, base_url: str) -> list[FoundFeed]:
    """Return the feeds of a page: those it declares (`<link rel="alternate">`), then those it links to, in its order.

    Feeds of comments come last.
    """
    declared, linked = [], []
    for tag in _TAG.findall(body[:HEAD].decode("utf-8", "replace")):
        said = {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(tag)}
        url = http_address(said.get("href", ""), base_url)
        kind = KINDS.get(said.get("type", "").lower().partition(";")[0].strip(), "")
        if not url:
            continue
        if tag[1:2].lower() == "l" and kind and "alternate" in said.get("rel", "").lower().split():
            declared.append(FoundFeed(url, said.get("title", ""), kind))
        elif tag[1:2].lower() == "a" and (kind or _FEED_PATH.search(url.partition("?")[0])):
            linked.append(FoundFeed(url, said.get("title", ""), kind))
    found = {feed.url: feed for feed in reversed([*declared, *linked])}
    ordered = list(reversed(found.values()))
    return sorted(ordered, key=lambda feed: bool(_COMMENTS.search(feed.url + feed.title)))


def sitemap_links(robots: bytes) -> list[str]:
    """Return the sitemaps that a robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots)."""
    text = robots[: 500 * 1024].decode("utf-8", "replace")
    found = re.findall(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(https?://\S{1,2000})", text)
    return list(dict.fromkeys(found))
