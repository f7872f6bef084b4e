"""Read news sitemaps and plain sitemaps (sitemaps.org protocol 0.9, Google's news and image extensions)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_entries import http_address, raw_link
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.plain_text import one_line

#: Names of the elements that count, without namespaces, since publishers write many variants of these.
WANTED: Final = frozenset({"loc", "lastmod", "title", "publication_date", "keywords", "language", "name"})


def read_sitemap(document: str, place: FeedPlace) -> Feed:
    """Return the addresses of a sitemap as entries, those of a news sitemap with title, date and tags.

    Broken XML gives the entries that can be read. Entities are not expanded; nothing is loaded.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(document.encode("utf-8", "replace"), parser)
    dates = DateReader()
    found = [] if root is None else [_facts(url) for url in root if _name(url) == "url"]
    entries = [_entry(facts, place, dates) for facts in found if facts.get("loc")]
    is_news = any("publication_date" in facts for facts in found)
    broken = "" if not parser.error_log else f"not well-formed: {parser.error_log[0].message}"
    return Feed(
        url=place.url,
        title=next((facts["name"] for facts in found if "name" in facts), ""),
        kind="news_sitemap" if is_news else "sitemap",
        language=next((facts["language"] for facts in found if "language" in facts), ""),
        entries=entries,
        bozo=one_line(broken)[:300],
    )


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
