"""Find the feeds that a page names, and the sitemaps that robots.txt names. Linear in the size of the page."""

import re
from html import unescape
from typing import Final, NamedTuple

from transforms.fetch.feed_entries import http_address

#: Characters of a page that are looked at.
HEAD: Final = 500_000
#: Bytes of an index of sitemaps that are looked at.
MOST: Final = 5_000_000
KINDS: Final = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
}
_TAG: Final = re.compile(r"<(?:link|a|base)\s(?>\"[^\"<]*\"|'[^'<]*'|[^<>])*+>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:/feeds?|/rss|/atom|\.rss|\.atom|/(?:feed|rss|atom|index)\.(?:xml|json|rdf))/?$", re.I
)
_LOCATION: Final = re.compile(r"<loc>\s{0,100}(https?://[^\s<>]{1,2000})", re.IGNORECASE)
_NEWS: Final = re.compile(r"(?:\b|_)(?:google-?)?news(?!letter)", re.IGNORECASE)
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
    declared, linked, base = [], [], base_url
    for tag in _TAG.findall(body[:HEAD].decode("utf-8", "replace")):
        said = {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(tag)}
        url = http_address(said.get("href", ""), base)
        kind = KINDS.get(said.get("type", "").lower().partition(";")[0].strip(), "")
        if not url:
            continue
        if tag[1:2].lower() == "b":
            base = url
        elif tag[1:2].lower() == "l" and kind and "alternate" in said.get("rel", "").lower().split():
            declared.append(FoundFeed(url, said.get("title", ""), kind))
        elif tag[1:2].lower() == "a" and (kind or _FEED_PATH.search(url.partition("?")[0])):
            linked.append(FoundFeed(url, said.get("title", ""), kind))
    found: dict[str, FoundFeed] = {}
    for feed in (*declared, *linked):
        found.setdefault(feed.url, feed)
    return sorted(found.values(), key=lambda feed: bool(_COMMENTS.search(feed.url + feed.title)))


def sitemap_links(robots: bytes) -> list[str]:
    """Return the sitemaps that a robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots)."""
    text = robots[: 500 * 1024].decode("utf-8", "replace")
    found = re.findall(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(https?://\S{1,2000})", text)
    return list(dict.fromkeys(found))


def news_sitemaps(body: bytes) -> list[str]:
    """Return the sitemaps of news among those that a robots.txt or an index of sitemaps names.

    What is news is told by the address, since an index says no more.
    """
    text = body[:MOST].decode("utf-8", "replace")
    listed = [unescape(address) for address in _LOCATION.findall(text)] if "<sitemapindex" in text[:5_000] else []
    return [address for address in dict.fromkeys(listed or sitemap_links(body)) if _NEWS.search(address)]
