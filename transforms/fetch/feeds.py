"""Read a feed of any format from its bytes."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from types import MappingProxyType
from typing import Final

from schemas.records import Refusal
from transforms.fetch.feed_addresses import http_address
from transforms.fetch.feed_entries import feed_of
from transforms.fetch.feed_keeper import Dated, EntryKeeper
from transforms.fetch.feed_prolog import open_document
from transforms.fetch.feed_reader import read_xml
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.feed_text import FeedText
from transforms.fetch.json_feed import read_json_feed
from transforms.fetch.sitemap import read_sitemap

__all__ = ["Feed", "FeedEntry", "parse_feed"]

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
FEED_TYPES: Final = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)")


def parse_feed(body: bytes, url: str, headers: Mapping[str, str] = NO_HEADERS, final_url: str = "") -> Feed | Refusal:
    """Read RSS 0.9x to 2.0, RDF, Atom, JSON Feed, a news sitemap or a sitemap; never raises for what the body holds.

    `url` is the configured address, `final_url` the one after redirects (relative links are resolved against it, where
    the document sets no base). Of `headers`, in lower case, only `content-type` is looked at, for its charset.
    Refuses with `empty` and `not_a_feed`; a broken feed gives what can be read of it, and says so in `bozo`.
    """
    return read_feed(FeedText(body, headers.get("content-type", "")), FeedPlace(url, final_url or url))


def read_feed(text: FeedText, place: FeedPlace, each: Callable[[FeedEntry], Dated] | None = None) -> Feed | Refusal:
    """Read a feed as `parse_feed` does; its entries are what `each` makes of them, one by one, as they are read."""
    document = open_document(text)
    if not document.head:
        return Refusal("empty", "the feed has no bytes")
    keeper = EntryKeeper(place, each)
    if document.head.startswith("{"):
        return read_json_feed(text, keeper) or Refusal("not_a_feed", "JSON, but no JSON Feed")
    prolog = document.prolog
    if prolog.root in ("", "html", "sitemapindex", "opml"):
        return _refusal(document.head, prolog.root, place)
    if prolog.root == "urlset":
        return read_sitemap(document, keeper)
    read = read_xml(document, keeper)
    if not read.version and not keeper.seen:
        return _refusal(document.head, prolog.root, place)
    feed = feed_of(read, place, keeper.entries())
    return feed._replace(bozo=feed.bozo or "something stands before the feed") if prolog.junk else feed


def _refusal(text: str, root: str, place: FeedPlace) -> Refusal:
    if not root:
        return Refusal("not_a_feed", "neither XML nor JSON")
    if root == "sitemapindex":
        return Refusal("not_a_feed", "an index of sitemaps: name one of the sitemaps that it lists")
    if root == "opml":
        return Refusal("not_a_feed", "a list of feeds (OPML), not a feed")
    named = _alternate(text, place)
    kind = "an HTML page" if root == "html" else f"a document of type <{root[:40]}>"
    return Refusal("not_a_feed", f"{kind}; it names the feed {named}" if named else kind)


def _alternate(text: str, place: FeedPlace) -> str:
    """Find the feed that a page names (`<link rel="alternate">`); it is reported, never followed silently."""
    for tag in re.findall(r"<link\b[^<>]{0,1000}>", text[:200_000], re.IGNORECASE):
        href = re.search(r"href\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s>]+))", tag, re.IGNORECASE)
        if href and FEED_TYPES.search(tag.lower()):
            return http_address(unescape(next(filter(None, href.groups()))), place.base)[:300]
    return ""
