"""JSON-LD of a page: all its objects, and the one that is the article (schema.org vocabulary)."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_ARTICLE = re.compile(r"(?:.*Article|.*Posting|Report|Review|ClaimReview|CreativeWork|NewsItem)$")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRONG_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_DEPTH = 12
_DEEPEST = 6  # lists and objects around a text
_MOST = 50  # values one after another


def read_nodes(tree: HtmlElement) -> list[Node]:
    """List every object of every JSON-LD block of the page, outermost first; broken blocks are passed over."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            nodes.extend(_walk(_parse(script.text), 0))
    return nodes


def find_article(nodes: list[Node], url: str = "") -> Node:
    """Pick the object that is the article: the one of this page's address, then one with a headline, a date, an author.

    An empty one when there is none. Pages list other articles as well, mostly with less about each.
    """
    articles = [node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in types_of(node))]
    here = _bare(url)

    def merit(node: Node) -> int:
        own = bool(here) and here in {_bare(text_of(node.get(key))) for key in ("url", "mainEntityOfPage", "@id")}
        return 4 * own + 2 * ("headline" in node) + ("datePublished" in node) + ("author" in node)

    return max(articles, key=merit, default={})


def _bare(url: str) -> str:
    """Reduce an address to what names the page, without query and fragment."""
    return re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").removeprefix("https:").removeprefix("http:")


def types_of(node: Node) -> list[str]:
    """List the names in `@type`, without the vocabulary's address."""
    kinds = node.get("@type") or []
    return [str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def resolve(value: Any, nodes: list[Node]) -> Any:
    """Follow a reference (`{"@id": …}` alone) to the object that it names."""
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
        for node in nodes:
            if node.get("@id") == value["@id"] and len(node) > len(value):
                return node
    return value


def text_of(value: Any, depth: int = 0) -> str:
    """Read a text that stands alone, in a list, or in an object as `name`, `@value`, `url`; "" when there is none.

    Nothing is found deeper than six lists and objects.
    """
    if isinstance(value, list | dict):
        inner = value if isinstance(value, list) else [value.get(key) for key in ("name", "@value", "url", "@id")]
        found = (text_of(item, depth + 1) for item in inner) if depth < _DEEPEST else ()
        return next((text for text in found if text), "")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _parse(text: str) -> Any:
    """Read JSON as pages write it: with comments, trailing commas, wrong escapes, entities, or several values."""
    text = _WRAPPING.sub("", _WRAPPING.sub("", text.strip()))
    tidy = _WRONG_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    for attempt in (text, tidy, unescape(tidy) if "&quot;" in tidy else ""):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _several(tidy)


def _several(text: str) -> list[Any]:
    """Read values that stand one after another, as far as they can be read."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    place = 0
    while place < len(text) and text[place] in "{[" and len(values) < _MOST:
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
        place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n,;"))
    return values


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, item in value.items():
            if key in {
                "@graph",
                "mainEntity",
                "mainEntityOfPage",
                "breadcrumb",
                "hasPart",
                "liveBlogUpdate",
                "author",
                "itemListElement",
            }:
                yield from _walk(item, depth + 1)
