"""What a page says about itself: JSON-LD first, then `<meta>`, then its visible parts."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

from transforms.article.authors import are_publisher, authors_of, clean_authors, is_name
from transforms.article.dates import Published
from transforms.article.jsonld import text_of, types_of
from transforms.article.language_code import language_code
from transforms.article.page_bylines import Shown, read_shown, seen_authors
from transforms.article.page_dates import read_times
from transforms.article.page_details import read_description, read_image, read_is_free, read_section, read_tags
from transforms.article.page_facts import PageFacts, read_facts
from transforms.article.page_headlines import read_headlines

_AUTHOR: Final = (
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
_AUTHOR_NAME = re.compile(r"(?:^|[^a-z]|article|news|page|post)authors?(?:[._:-]?names?)?$")
_LISTS: Final = frozenset({"CollectionPage", "SearchResultsPage"})
_ARTICLES: Final = frozenset({"article", "news.article", "newsarticle", "news", "blogposting", "og:article"})


class Metadata(NamedTuple):
    """What a page says about itself; empty where it says nothing."""

    title: str = ""
    headlines: tuple[str, ...] = ()  # all the page's names for the article, for the title line in the text
    description: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""
    canonical_url: str = ""
    language: str = ""
    published: Published = Published()
    modified: Published = Published()
    is_free: bool | None = None
    is_article: bool = False  # it calls itself one, in JSON-LD or Open Graph
    is_list: bool = False  # it calls itself a collection or a result of a search


def read_metadata(tree: HtmlElement, url: str, now: datetime) -> Metadata:
    """Read the metadata of a parsed page; `url` is its address or "", `now` the time (UTC) at which it was fetched."""
    return metadata_of(read_facts(tree, url), now)


def metadata_of(facts: PageFacts, now: datetime) -> Metadata:
    """Choose the metadata from what a page says of itself; `now` is the time (UTC) at which it was fetched."""
    url = facts.url
    headlines = read_headlines(facts)
    canonical = _canonical(facts)
    shown = cache(lambda: read_shown(facts, headlines))
    published, modified = read_times(facts, canonical or url, now, shown)
    return Metadata(
        title=headlines[0] if headlines else "",
        headlines=headlines,
        description=read_description(facts),
        authors=tuple(_authors(facts, shown)),
        section=read_section(facts, headlines),
        tags=tuple(read_tags(facts)),
        image_url=_absolute(read_image(facts), url),
        canonical_url=canonical,
        language=_language(facts),
        published=published,
        modified=modified,
        is_free=read_is_free(facts),
        is_article=bool(facts.article) or facts.first("og:type").lower() in _ARTICLES,
        is_list=any(kind in _LISTS for node in facts.nodes for kind in types_of(node)),
    )


def _authors(facts: PageFacts, shown: Callable[[], Shown]) -> list[str]:
    """List the authors: JSON-LD before `<meta>` before what can be seen, and people before the publisher."""
    stated = authors_of(facts.article, facts.nodes)
    publishers = {
        text.casefold() for text in (text_of(facts.article.get("publisher")), facts.first("og:site_name")) if text
    }
    if stated and not are_publisher(stated, facts.article, publishers):
        return stated
    written = clean_authors([value for name in _author_metas(facts) for value in facts.meta[name]])
    if not stated and written and not are_publisher(written, {}, publishers):
        return written
    if _are_people(written, publishers):
        return written
    marked = clean_authors((extract_author(facts.tree) or "").split("; "))
    if _are_people(marked, publishers):
        return marked
    return seen_authors(shown()) or stated or written or marked


def _are_people(names: list[str], publishers: set[str]) -> bool:
    return bool(names) and all(map(is_name, names)) and not are_publisher(names, {}, publishers)


def _author_metas(facts: PageFacts) -> list[str]:
    """List the names of `<meta>` that hold authors: the usual ones, then any that ends so."""
    return [name for name in _AUTHOR if name in facts.meta] + [
        name for name in facts.meta if name not in _AUTHOR and _AUTHOR_NAME.search(name)
    ]


def _canonical(facts: PageFacts) -> str:
    for link in facts.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return _absolute(link.get("href"), facts.url)
    return _absolute(facts.first("og:url"), facts.url)


def _absolute(address: str, url: str) -> str:
    """Join an address to that of the page; "" unless http(s) comes of it."""
    try:
        joined = urljoin(url, address.strip()) if address.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in {"http", "https"} and parts.hostname else ""


def _language(facts: PageFacts) -> str:
    root = facts.tree.getroottree().getroot()
    raws = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "",
        text_of(facts.article.get("inLanguage")),
        facts.first("og:locale", "content-language", "language", "dc.language", "dcterms.language"),
    )
    return next((code for code in map(language_code, raws) if code), "")
