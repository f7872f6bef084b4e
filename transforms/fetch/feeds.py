"""Read a feed of any format from its bytes."""

import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Final

from schemas.records import Refusal
from transforms.fetch.feed_entries import EntryMaker, capped, feed_of, http_address
from transforms.fetch.feed_prolog import read_prolog, safe_head
from transforms.fetch.feed_reader import read_xml
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.feed_text import feed_text
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
    text = feed_text(body, headers.get("content-type", ""))
    if not text:
        return Refusal("empty", "the feed has no bytes")
    feed = _read(text, FeedPlace(url, final_url or url))
    return capped(feed) if isinstance(feed, Feed) else feed


def _read(text: str, place: FeedPlace) -> Feed | Refusal:
    if text.startswith("{"):
        return read_json_feed(text, place) or Refusal("not_a_feed", "JSON, but no JSON Feed")
    prolog = read_prolog(text)
    if prolog.root in ("", "html", "sitemapindex", "opml"):
        return _refusal(text, prolog.root, place)
    if prolog.root == "urlset":
        return read_sitemap(safe_head(text, prolog)[0] + text[prolog.start :], place)
    make = EntryMaker(place)
    read = read_xml(text, prolog, make)
    if not read.version and not read.entries:
        return _refusal(text, prolog.root, place)
    feed = feed_of(read, place, make)
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
