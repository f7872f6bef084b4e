"""The article's lines out of a parsed page: trafilatura, or every block of a fragment that is too small for it."""

import logging
import re
from typing import Final

from lxml.etree import strip_elements
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches
from trafilatura.settings import Document
from trafilatura.utils import load_html

from transforms.article.decode import fold

logging.getLogger("trafilatura").addHandler(logging.NullHandler())
logging.getLogger("htmldate").addHandler(logging.NullHandler())

RESET_AFTER: Final = 300  # pages between two resets of trafilatura's caches, which grow without end (its issue 216)

MOST_TAGS: Final = 1_000  # different names of elements that are kept in mind

SHORT: Final = 1_000  # characters of a fragment in which trafilatura finds too little to go by

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|d[dlt]|details|div|fig(?:ure|caption)|footer|form|h[1-6]|header|hr|html|li|main"
    "|nav|[ou]l|p|pre|section|summary|table|t(?:body|foot|head|[drh])"
)
_SILENT = re.compile("script|style|noscript|template|svg|iframe|object|button|select|textarea|head|title")
_LAYOUT: Final = "//table[.//table or .//h1 or count(.//p) > 2 or count(.//br) > 5]"
_NO_PAGE = re.compile("#|mailto:|tel:|javascript:", re.IGNORECASE)
_CUT = re.compile(r"(?:https?:)?//(?:[^/@]*@)?([^/:?#]+)", re.IGNORECASE)
_FOLDED = re.compile(r"[\W_]+")
_pages = 0


def parse(text: str) -> HtmlElement | None:
    """Parse markup into a tree; None when there is nothing to parse."""
    return load_html(text) if text.strip() else None


def main_lines(tree: HtmlElement) -> list[str]:
    """Return the paragraphs, headings, list items (`- …`) and table rows of the article, as trafilatura finds them.

    Never fetches anything and keeps no state from page to page. Drops scripts from `tree` and turns its tables for
    layout into blocks.
    """
    return _extract_lines(tree, precision=False)


def precise_lines(tree: HtmlElement) -> list[str]:
    """Return the lines of the article as trafilatura finds them when it prefers less text to wrong text."""
    return _extract_lines(tree, precision=True)


def _extract_lines(tree: HtmlElement, precision: bool) -> list[str]:
    _count_page()
    _drop_programs(tree)
    _undo_layout_tables(tree)
    document = bare_extraction(tree, include_comments=False, include_tables=True, favor_precision=precision)
    return split_lines(document.text) if isinstance(document, Document) and document.text else []


def _drop_programs(tree: HtmlElement) -> None:
    """Drop what is never text, which makes all that follows a tenth faster; JSON-LD stays, trafilatura reads it."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            script.tag = "style"
    strip_elements(tree, "style", "svg", with_tail=False)


def _undo_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that only lay out the page into blocks, as old pages have them, so that text in cells is text.

    Such a table holds other tables, headings or running paragraphs.
    """
    for table in tree.xpath(_LAYOUT) if next(tree.iter("table"), None) is not None else ():
        for element in table.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th", "center", "caption"):
            element.tag = "div"


def fragment_lines(tree: HtmlElement) -> list[str]:
    """Return the text of a fragment, such as a feed carries: all of it when it is short or trafilatura loses most."""
    blocks = block_lines(tree)
    size = sum(map(len, blocks))
    if size < SHORT:
        return blocks
    lines = main_lines(tree)
    return lines if 2 * sum(map(len, lines)) >= size else blocks


def block_lines(tree: HtmlElement) -> list[str]:
    """Return the text of every block of a fragment, nothing left out but scripts and forms."""
    parts: list[str] = []
    _walk(tree, parts)
    return split_lines("".join(parts))


def link_texts(tree: HtmlElement, url: str = "") -> frozenset[str]:
    """Return the folded texts (letters and digits only) of the links to other pages of the same site.

    Only those long enough for a headline; links within the page, to other sites and to people are left out.
    """
    host = _host(url)
    found = set()
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or _NO_PAGE.match(href):
            continue
        text = " ".join(("".join(link.itertext()) if len(link) else link.text or "").split())
        if 12 <= len(text) <= 300 and (not _CUT.match(href) or not host or _host(href) == host):
            found.add(_FOLDED.sub("", text).casefold())
    return frozenset(found)


def linked_share(lines: list[str], links: frozenset[str]) -> float:
    """Return the share of the characters that stand in lines which are links of the page, as `link_texts` has them."""
    linked = sum(len(line) for line in lines if _FOLDED.sub("", line).casefold() in links) if links else 0
    return linked / max(1, sum(map(len, lines)))


def _host(url: str) -> str:
    """Reduce an address to the last two labels of its host, near enough to tell one site from another."""
    match = _CUT.match(url)
    return ".".join(match[1].lower().split(".")[-2:]) if match else ""


def split_lines(text: str) -> list[str]:
    """Split into folded lines, none empty."""
    return [line for line in map(fold, text.split("\n")) if line and line != "-"]


class _Marks(dict[object, tuple[str, bool]]):
    """Tag → what stands before its text, and whether the text is shown; the tag of a comment is a function."""

    def __missing__(self, tag: object) -> tuple[str, bool]:
        name = tag if isinstance(tag, str) else ""
        before = "\n- " if name == "li" else "\n" if _BLOCK.fullmatch(name) else ""
        marks = before, bool(name) and not _SILENT.fullmatch(name)
        if len(self) < MOST_TAGS:
            self[tag] = marks
        return marks


_MARKS: Final = _Marks()


def _walk(root: HtmlElement, parts: list[str]) -> None:
    """Append the texts in document order; an own stack, since depth is the page's to choose."""
    stack: list[HtmlElement | str] = [root]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            parts.append(element)
            continue
        before, shown = _MARKS[element.tag]
        tail = (element.tail or "").replace("\n", " ") if element is not root else ""
        after = "\n" + tail if before else tail
        if not shown:
            parts.append(after)
            continue
        parts.append(before + (element.text or "").replace("\n", " "))
        if len(element):
            stack.append(after)
            stack.extend(reversed(element))
        else:
            parts.append(after)


def _count_page() -> None:
    global _pages
    _pages += 1
    if _pages % RESET_AFTER == 0:
        reset_caches()
