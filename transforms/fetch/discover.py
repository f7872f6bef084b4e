"""Find the feeds that a page names, and tell sitemaps of news from others. Linear in the size of the page."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Final, NamedTuple

from transforms.fetch.feed_addresses import http_address
from transforms.fetch.feed_prolog import read_prolog
from transforms.fetch.feed_text import FeedText

#: Characters of a page that are looked at.
HEAD: Final = 500_000
#: Bytes of a sitemap in which the first entries are looked for.
SITEMAP_HEAD: Final = 65_536
#: Bytes of an index of sitemaps that are looked at.
MOST: Final = 5_000_000
KINDS: Final = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
}
#: Types that a feed may go by, and much else.
XML: Final = frozenset({"text/xml", "application/xml"})
_TAG: Final = re.compile(r"<(?:link|a|base)\s(?>\"[^\"<]*\"|'[^'<]*'|[^<>])*+>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:/feeds?|/rss|/atom|\.rss|\.atom|/(?:feed|rss|atom|index)\.(?:xml|json|rdf))/?$", re.I
)
_LOCATION: Final = re.compile(r"<loc>\s{0,100}(https?://[^\s<>]{1,2000})", re.IGNORECASE)
_NEWS: Final = re.compile(r"(?:\b|_)(?:google-?)?news(?!letter)", re.IGNORECASE)
_FEED_WORD: Final = re.compile(r"(?<![^\W_])(?:rss|atom|feeds?|rdf)(?![^\W_])", re.IGNORECASE)
_PUBLISHED: Final = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?publication_date[\s>]")
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
        if not url:
            continue
        written = said.get("type", "").lower().partition(";")[0].strip()
        kind = KINDS.get(written, "")
        is_feed = bool(kind) or (written in XML and _is_named_so(said, url))
        if tag[1:2].lower() == "b":
            base = url
        elif tag[1:2].lower() == "l" and is_feed and "alternate" in said.get("rel", "").lower().split():
            declared.append(FoundFeed(url, said.get("title", ""), kind))
        elif tag[1:2].lower() == "a" and (kind or _FEED_PATH.search(url.partition("?")[0])):
            linked.append(FoundFeed(url, said.get("title", ""), kind))
    found: dict[str, FoundFeed] = {}
    for feed in (*declared, *linked):
        found.setdefault(feed.url, feed)
    return sorted(found.values(), key=lambda feed: bool(_COMMENTS.search(feed.url + feed.title)))


def sitemap_kind(body: bytes) -> str:
    """Tell what a sitemap is by its beginning: `news_sitemap`, `sitemap`, `sitemap_index`, "" for none.

    One of news has dates of publication (Google's extension); many others declare its namespace without using it.
    """
    text = FeedText(body[:SITEMAP_HEAD]).head(SITEMAP_HEAD)
    root = read_prolog(text).root
    if root == "urlset":
        return "news_sitemap" if _PUBLISHED.search(text) else "sitemap"
    return "sitemap_index" if root == "sitemapindex" else ""


def sitemaps_of_index(body: bytes) -> list[str]:
    """Return the sitemaps that an index of sitemaps lists, in its order; those whose address speaks of news first."""
    text = FeedText(body[:MOST]).whole()
    return news_first(unescape(address) for address in _LOCATION.findall(text))


def news_first(addresses: Iterable[str]) -> list[str]:
    """Return each address once, those that speak of news first."""
    return sorted(dict.fromkeys(addresses), key=lambda address: not _NEWS.search(address))


def _is_named_so(said: dict[str, str], url: str) -> bool:
    """Tell whether a link's title or address speaks of a feed, where its type only says that it is XML."""
    return bool(_FEED_PATH.search(url.partition("?")[0]) or _FEED_WORD.search(said.get("title", "") + " " + url))
