"""Read news sitemaps and plain sitemaps (sitemaps.org protocol 0.9, Google's news and image extensions)."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from lxml import etree

from transforms.fetch.feed_addresses import http_address, raw_link
from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_keeper import EntryKeeper
from transforms.fetch.feed_prolog import Document, safe_head
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.plain_text import one_line

#: Names of the elements that count, without namespaces, since publishers write many variants of these.
WANTED: Final = frozenset({"loc", "lastmod", "title", "publication_date", "keywords", "language", "name"})


def read_sitemap(document: Document, keeper: EntryKeeper) -> Feed:
    """Return the addresses of a sitemap as entries, those of a news sitemap with title, date and tags.

    Broken XML gives the entries that can be read. Entities are not expanded; nothing is loaded.
    """
    reading = _Reading(keeper)
    parser = etree.XMLPullParser(
        ("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    for piece in chain((safe_head(document)[0],), document.body()):
        parser.feed(piece)
        reading.take(element for _, element in parser.read_events())
    root = _closed(parser)
    if root is not None:
        reading.take(url for url in root if _name(url) == "url")  # those that never ended
    errors = parser.feed_error_log
    broken = f"not well-formed: {errors[0].message}" if errors else ""
    return Feed(
        url=keeper.place.url,
        title=reading.title,
        kind="news_sitemap" if reading.is_news else "sitemap",
        language=reading.language,
        entries=keeper.entries(),
        bozo=one_line(broken)[:300],
        left_out=keeper.left_out(),
    )


class _Reading:
    """What a sitemap has said so far."""

    def __init__(self, keeper: EntryKeeper) -> None:
        self._keeper = keeper
        self._dates = DateReader()
        self._last: etree._Element | None = None
        self.title = self.language = ""
        self.is_news = False

    def take(self, elements: Iterable[etree._Element]) -> None:
        """Read the addresses among elements that have ended, and drop them."""
        for element in elements:
            root = element.getparent()
            if _name(element) != "url" or root is None or root.getparent() is not None or element is self._last:
                continue
            self._last = element
            if self._keeper.is_late():
                self._keeper.passed_over += 1
            else:
                self._read(_facts(element))
            element.clear()
            while (earlier := element.getprevious()) is not None:
                root.remove(earlier)

    def _read(self, facts: dict[str, str]) -> None:
        self.title = self.title or facts.get("name", "")
        self.language = self.language or facts.get("language", "")
        self.is_news = self.is_news or "publication_date" in facts
        if facts.get("loc"):
            self._keeper.keep(_entry(facts, self._keeper.place, self._dates))


def _closed(parser: "etree.XMLPullParser[Any]") -> etree._Element | None:
    try:
        return parser.close()
    except etree.XMLSyntaxError:
        return None


def _entry(facts: dict[str, str], place: FeedPlace, dates: DateReader) -> FeedEntry:
    published = facts.get("publication_date", "")
    keywords = facts.get("keywords", "").split(",")
    return FeedEntry(
        guid=facts["loc"],
        link=http_address(facts["loc"], place.base),
        title=facts.get("title", ""),
        description="",
        html="",
        text="",
        published_at=published,
        published=dates.read(published),
        modified=dates.read(facts.get("lastmod", "")),
        authors=[],
        tags=list(dict.fromkeys(word.strip() for word in keywords if word.strip())),
        image_url=http_address(facts.get("image", ""), place.base),
        language=facts.get("language", ""),
        raw_link=raw_link(facts["loc"]),
    )


def _facts(url: etree._Element) -> dict[str, str]:
    """Gather the first value of each wanted element; the `loc` of a picture is its own."""
    facts: dict[str, str] = {}
    for element in _elements(url):
        name = _name(element)
        if name in WANTED:
            parent = element.getparent()
            in_image = name in ("loc", "title") and parent is not None and _name(parent) == "image"
            key = ("image" if name == "loc" else "caption") if in_image else name
            facts.setdefault(key, one_line(element.text or ""))
    return facts


def _elements(url: etree._Element) -> Iterator[etree._Element]:
    return (element for element in url.iterdescendants() if isinstance(element.tag, str))


def _name(element: etree._Element) -> str:
    # Not by QName: it refuses what a broken document may be mended to, such as `:`.
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
