"""JSON-LD of a page: all its objects, and the one that is the article (schema.org vocabulary)."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_ARTICLE = re.compile(r"(?:.*Article|.*Posting|Report|Review|ClaimReview|CreativeWork|NewsItem)$")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DEPTH = 12


def read_nodes(tree: HtmlElement) -> list[Node]:
    """List every object of every JSON-LD block of the page, outermost first; broken blocks are passed over."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            nodes.extend(_walk(_parse(script.text), 0))
    return nodes


def find_article(nodes: list[Node]) -> Node:
    """Pick the object that is the article: one with a headline and a date first; an empty one when there is none."""
    articles = [node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in types_of(node))]
    best = sorted(
        articles, key=lambda node: -(("headline" in node) * 2 + ("datePublished" in node) + ("author" in node))
    )
    return best[0] if best else {}


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


def text_of(value: Any) -> str:
    """Read a text that stands alone, in a list, or in an object as `name`, `@value`, `url`; "" when there is none."""
    if isinstance(value, list):
        return next((text for text in map(text_of, value) if text), "")
    if isinstance(value, dict):
        return next(
            (text for text in (text_of(value.get(key)) for key in ("name", "@value", "url", "@id")) if text), ""
        )
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _parse(text: str) -> Any:
    text = _WRAPPING.sub("", _WRAPPING.sub("", text.strip()))
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


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
                "hasPart",
                "liveBlogUpdate",
                "author",
                "itemListElement",
            }:
                yield from _walk(item, depth + 1)
