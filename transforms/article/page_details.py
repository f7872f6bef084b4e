"""Section, tags, image and price of a page, as schema.org and the Open Graph protocol name them."""

import re
from html import unescape
from typing import Any, Final

from transforms.article.decode import fold
from transforms.article.jsonld import Node, resolve, text_of, types_of
from transforms.article.page_facts import PageFacts

_TIERS: Final = ("article:content_tier", "og:article:content_tier", "content_tier", "content-tier")
_LOCKED: Final = {"locked": False, "premium": False, "paid": False, "free": True}
_HOME: Final = frozenset(
    "home homepage news start startseite accueil inicio início hem forside etusivu strona_główna главная ana_sayfa "
    "首页 首頁 ホーム トップ 홈 الرئيسية".replace("_", "\u00a0").split(" ")
)
_TAG = re.compile(r"<[^<>]{1,300}>")
_LIST = re.compile(r"\s*[,;|，、]\s*")
_MOST_TAGS: Final = 50
_LONGEST_TAG: Final = 100


def read_description(facts: PageFacts) -> str:
    """Read the description: JSON-LD, Open Graph, `<meta>`, Twitter; without markup and entities."""
    raw = text_of(facts.article.get("description")) or facts.first(
        "og:description", "description", "twitter:description", "dc.description", "dcterms.description"
    )
    return fold(_TAG.sub(" ", unescape(unescape(raw)) if "&amp;" in raw else unescape(raw)))


def read_section(facts: PageFacts, headlines: tuple[str, ...]) -> str:
    """Read the section: what the page calls so, else the first step of its breadcrumbs below the front page."""
    stated = text_of(facts.article.get("articleSection")) or facts.first(
        "article:section", "og:article:section", "section", "parsely-section", "sailthru.section", "articlesection"
    )
    return fold(unescape(stated))[:_LONGEST_TAG] or _from_breadcrumbs(facts, headlines)


def read_tags(facts: PageFacts) -> list[str]:
    """List the tags: JSON-LD's keywords, Open Graph's `article:tag`, `<meta>` keywords; each once, at most fifty."""
    words = [word for item in _items(facts.article.get("keywords")) for word in _LIST.split(text_of(item))]
    if not any(words):
        words = facts.meta.get("article:tag", []) + facts.meta.get("og:article:tag", [])
        words = _LIST.split(words[0]) if len(words) == 1 else words
    if not any(words):
        names = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")
        words = _LIST.split(next((facts.first(name) for name in names if facts.first(name)), ""))
    found: dict[str, str] = {}
    for word in words:
        word = fold(unescape(word)).strip("#\"'")
        if 0 < len(word) <= _LONGEST_TAG:
            found.setdefault(word.casefold(), word)
    return list(found.values())[:_MOST_TAGS]


def read_image(facts: PageFacts) -> str:
    """Read the address of the widest picture that the page names: JSON-LD, then Open Graph, then Twitter."""
    pictures = [resolve(item, facts.nodes) for item in _items(facts.article.get("image"))]
    stated = _widest([(_address(picture), _width(picture)) for picture in pictures])
    graph = facts.meta.get("og:image") or facts.meta.get("og:image:url") or []
    widths = facts.meta.get("og:image:width", [])
    sizes = widths if len(widths) == len(graph) else [""] * len(graph)
    shown = _widest([(address, _pixels(width)) for address, width in zip(graph, sizes, strict=True)])
    return (
        stated
        or shown
        or facts.first("og:image:secure_url", "twitter:image", "twitter:image:src")
        or text_of(facts.article.get("thumbnailUrl"))
    )


def read_is_free(facts: PageFacts) -> bool | None:
    """Tell whether the page says that all may read it: the article's own word, that on its parts, the content tier.

    None when it says nothing, or that a number of articles is free (`metered`).
    """
    own = _truth(facts.article.get("isAccessibleForFree"))
    if own is not None:
        return own
    parts = [_truth(part.get("isAccessibleForFree")) for part in _items(facts.article.get("hasPart")) if _is_node(part)]
    if False in parts:
        return False
    return _LOCKED.get(facts.first(*_TIERS).lower())


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_node(value: Any) -> bool:
    return isinstance(value, dict)


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = text_of(value).rsplit("/", 1)[-1].lower()
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word)


def _address(picture: Any) -> str:
    if isinstance(picture, dict):
        picture = picture.get("url") or picture.get("contentUrl") or picture.get("@id")
    return text_of(picture)


def _width(picture: Any) -> int:
    value = picture.get("width") if isinstance(picture, dict) else ""
    return _pixels(text_of(value.get("value")) if isinstance(value, dict) else text_of(value))


def _pixels(text: str) -> int:
    match = re.match(r"\d{1,6}", text.strip())
    return int(match[0]) if match else 0


def _widest(pictures: list[tuple[str, int]]) -> str:
    """Pick the widest; the first one where no width is told."""
    return max((picture for picture in pictures if picture[0]), key=lambda picture: picture[1], default=("", 0))[0]


def _from_breadcrumbs(facts: PageFacts, headlines: tuple[str, ...]) -> str:
    """Take the first step that is neither the front page, the site, nor the article itself."""
    names = {name.casefold() for name in headlines} | {fold(facts.first("og:site_name")).casefold()} | _HOME
    names.add(fold(text_of(facts.article.get("publisher"))).casefold())
    for node in facts.nodes:
        if "BreadcrumbList" in types_of(node):
            steps = [step for step in _items(node.get("itemListElement")) if isinstance(step, dict)]
            steps.sort(key=_position)
            found = [fold(unescape(_step_name(step))) for step in steps]
            return next((name for name in found if name and name.casefold() not in names), "")[:_LONGEST_TAG]
    return ""


def _position(step: Node) -> int:
    return _pixels(text_of(step.get("position")))


def _step_name(step: Node) -> str:
    item = step.get("item")
    inner = item.get("name") if isinstance(item, dict) else ""
    return text_of(step.get("name")) or text_of(inner)
