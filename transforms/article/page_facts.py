"""The raw facts of a parsed page: its tree, its JSON-LD, its `<meta>` values."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from lxml.html import HtmlElement

from transforms.article.html_text import block_lines
from transforms.article.jsonld import Node, find_article, read_nodes

Meta = dict[str, list[str]]


class PageFacts(NamedTuple):
    """What a page says of itself, not yet chosen from."""

    tree: HtmlElement
    url: str  # its address, "" when it is not known
    nodes: list[Node]  # all objects of its JSON-LD
    article: Node  # the one that is the article; empty when there is none
    meta: Meta  # values of `<meta>` by lower-case name, the first one first
    lines: Callable[[], list[str]]  # all that the page shows, a block a line; read when it is first asked for

    def first(self, *names: str) -> str:
        """Return the first `<meta>` value of the first name that has one, else ""."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def read_facts(tree: HtmlElement, url: str) -> PageFacts:
    """Gather JSON-LD and `<meta>` of a parsed page."""
    nodes = read_nodes(tree)
    return PageFacts(tree, url, nodes, find_article(nodes, url), _read_meta(tree), cache(lambda: block_lines(tree)))


def _read_meta(tree: HtmlElement) -> Meta:
    """Gather `<meta>` and `itemprop` values by lower-case name; the first one is the one to believe."""
    meta: Meta = {}
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
