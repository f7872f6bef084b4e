"""What a page says about itself: JSON-LD first, then `<meta>`, then its visible parts."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import pycountry
from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura.metadata import extract_author, extract_title

from transforms.article.authors import are_publisher, authors_of, clean_authors, is_name
from transforms.article.dates import AHEAD, Claim, Published, choose_published, parse_moment, plausible
from transforms.article.decode import fold
from transforms.article.jsonld import Node, find_article, read_nodes, text_of, types_of

_PUBLISHED: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "published_time",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "date",
)
_MODIFIED: Final = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_AUTHOR: Final = (
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
_TITLE_TAIL = re.compile(r"\s+[|–—•·»:-]\s+[^|–—•·»]{2,40}$")
_LISTS: Final = frozenset({"CollectionPage", "SearchResultsPage"})
_LOCKED: Final = {"locked": False, "premium": False, "paid": False, "free": True}


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
    modified_at: datetime | None = None
    is_free: bool | None = None
    is_article: bool = False  # it calls itself one, in JSON-LD or Open Graph
    is_list: bool = False  # it calls itself a collection or a result of a search


def read_metadata(tree: HtmlElement, url: str, now: datetime) -> Metadata:
    """Read the metadata of a parsed page; `url` is its address or "", `now` the time (UTC) at which it was fetched."""
    nodes, meta = read_nodes(tree), _read_meta(tree)
    article = find_article(nodes)
    headlines = _headlines(tree, article, meta)
    canonical = _canonical(tree, meta, url)
    published, modified_at = _times(tree, article, meta, (canonical or url, now))
    return Metadata(
        title=headlines[0] if headlines else "",
        headlines=headlines,
        description=fold(
            unescape(text_of(article.get("description")) or _first(meta, "og:description", "description"))
        ),
        authors=tuple(_authors(tree, article, nodes, meta)),
        section=fold(text_of(article.get("articleSection")) or _first(meta, "article:section", "section")),
        tags=tuple(_tags(article, meta)),
        image_url=_absolute(_image(article) or _first(meta, "og:image", "og:image:url", "twitter:image"), url),
        canonical_url=canonical,
        language=_language(tree, article, meta),
        published=published,
        modified_at=modified_at,
        is_free=_is_free(article, meta),
        is_article=bool(article) or _first(meta, "og:type").lower() in {"article", "news.article"},
        is_list=any(kind in _LISTS for node in nodes for kind in types_of(node)),
    )


def language_code(raw: str) -> str:
    """Reduce a language tag (BCP 47, an ISO 639-2 code or an English name) to ISO 639-1; "" when it is none."""
    head = re.split(r"[-_,;\s]", raw.strip(), maxsplit=1)[0].lower()
    head = {"iw": "he", "in": "id", "nb": "no", "nn": "no"}.get(head, head)
    if len(head) == 2:
        return head if pycountry.languages.get(alpha_2=head) else ""
    found = None
    if len(head) == 3 and head.isascii() and head.isalpha():
        found = pycountry.languages.get(alpha_3=head) or pycountry.languages.get(bibliographic=head)
    elif head:
        found = pycountry.languages.get(name=raw.strip().capitalize())
    return getattr(found, "alpha_2", "")


def _read_meta(tree: HtmlElement) -> dict[str, list[str]]:
    """Gather `<meta>` and `itemprop` values by lower-case name; the first one is the one to believe."""
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name and content:
                meta.setdefault(name.strip().lower(), []).append(content)
    for element in tree.xpath("//time[@itemprop or @pubdate]"):
        name = (element.get("itemprop") or "datepublished").strip().lower()
        meta.setdefault(name, []).append((element.get("datetime") or element.get("content") or "").strip())
    return meta


def _first(meta: dict[str, list[str]], *names: str) -> str:
    return next((value for name in names for value in meta.get(name, ()) if value), "")


def _headlines(tree: HtmlElement, article: Node, meta: dict[str, list[str]]) -> tuple[str, ...]:
    """List the page's names for the article, the best first: JSON-LD, the only `<h1>`, Open Graph, `<title>`."""
    sites = [
        fold(name).casefold() for name in (_first(meta, "og:site_name"), text_of(article.get("publisher"))) if name
    ]
    title = fold(tree.findtext(".//title") or "")
    graph = _first(meta, "og:title", "twitter:title")
    names = [_without_site(name, sites) for name in (text_of(article.get("headline")), _heading(tree), graph)]
    names.append(_TITLE_TAIL.sub("", _without_site(title, sites)))
    if not any(names):
        names.append(fold(extract_title(tree) or ""))
    names += [title, fold(text_of(article.get("name"))), fold(text_of(article.get("alternativeHeadline")))]
    return tuple(dict.fromkeys(name[:300] for name in names if name))


def _heading(tree: HtmlElement) -> str:
    """Read the page's only `<h1>`; several say nothing."""
    found = [fold("".join(element.itertext())) for element in tree.iter("h1")]
    found = [text for text in dict.fromkeys(found) if text]
    return found[0] if len(found) == 1 else ""


def _without_site(raw: str, sites: list[str]) -> str:
    """Fold a headline, with its character references resolved and without the site's name behind a dash or bar."""
    title = fold(unescape(raw))
    for site in sites:
        if title.casefold().endswith(site) and len(site) < len(title):
            rest = title[: -len(site)].rstrip()
            if rest.endswith(("|", "–", "—", "•", "·", "»", ":", "-")):
                return rest.rstrip(" |–—•·»:-") or title
    return title


def _authors(tree: HtmlElement, article: Node, nodes: list[Node], meta: dict[str, list[str]]) -> list[str]:
    """List the authors: JSON-LD before `<meta>` before what can be seen, and people before the publisher."""
    stated = authors_of(article, nodes)
    publishers = {text.casefold() for text in (text_of(article.get("publisher")), _first(meta, "og:site_name")) if text}
    if stated and not are_publisher(stated, article, publishers):
        return stated
    written = clean_authors([value for name in _AUTHOR for value in meta.get(name, ())])
    if not stated and written and not are_publisher(written, {}, publishers):
        return written
    seen = clean_authors((extract_author(tree) or "").split("; "))
    for names in (written, seen):
        if names and all(map(is_name, names)) and not are_publisher(names, {}, publishers):
            return names
    return stated or written or seen


def _tags(article: Node, meta: dict[str, list[str]]) -> list[str]:
    value = article.get("keywords")
    raw = value if isinstance(value, list) else [value]
    words = [word for item in raw for word in re.split(r"[,;]", text_of(item))]
    if not any(words):
        words = meta.get("article:tag") or [
            word
            for name in ("news_keywords", "keywords")
            for text in meta.get(name, ())[:1]
            for word in text.split(",")
        ]
    found = {word.casefold(): word for word in (fold(unescape(word)) for word in words) if 0 < len(word) <= 100}
    return list(found.values())[:50]


def _image(article: Node) -> str:
    value = article.get("image")
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return text_of(value)


def _canonical(tree: HtmlElement, meta: dict[str, list[str]], url: str) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return _absolute(link.get("href"), url)
    return _absolute(_first(meta, "og:url"), url)


def _absolute(address: str, url: str) -> str:
    """Join an address to that of the page; "" unless http(s) comes of it."""
    try:
        joined = urljoin(url, address.strip()) if address.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in {"http", "https"} and parts.hostname else ""


def _language(tree: HtmlElement, article: Node, meta: dict[str, list[str]]) -> str:
    root = tree.getroottree().getroot()
    raws = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "",
        text_of(article.get("inLanguage")),
        _first(meta, "og:locale", "content-language", "language", "dc.language", "dcterms.language"),
    )
    return next((code for code in map(language_code, raws) if code), "")


def _is_free(article: Node, meta: dict[str, list[str]]) -> bool | None:
    value = article.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    word = text_of(value).rsplit("/", 1)[-1].lower()
    if word in {"true", "false"}:
        return word == "true"
    return _LOCKED.get(_first(meta, "article:content_tier").lower())


def _times(
    tree: HtmlElement, article: Node, meta: dict[str, list[str]], page: tuple[str, datetime]
) -> tuple[Published, datetime | None]:
    url, now = page
    written = text_of(article.get("datePublished"))
    changed = text_of(article.get("dateModified")) or _first(meta, *_MODIFIED)
    claims = [Claim(written, "json-ld"), Claim(text_of(article.get("dateCreated")), "json-ld")]
    claims += [Claim(_first(meta, name), "meta") for name in _PUBLISHED]
    offset = _offset([written, changed, *(claim.raw for claim in claims)])

    def guess() -> str:
        latest = (now + AHEAD).strftime("%Y-%m-%d")
        found = find_date(tree, extensive_search=False, original_date=True, url=url or None, max_date=latest)
        return found or ""

    published = choose_published(claims, now, offset, guess)
    modified = parse_moment(changed, offset) if changed else None
    return published, modified.at if modified is not None and plausible(modified.at, now) else None


def _offset(raws: list[str]) -> timedelta | None:
    """Find the publisher's distance from UTC in any time of the page that names it (`Z` counts as unsaid)."""
    for raw in raws:
        moment = parse_moment(raw) if raw[-6:-5] in {"+", "-"} or raw[-5:-4] in {"+", "-"} else None
        if moment is not None and moment.offset:
            return moment.offset
    return None
