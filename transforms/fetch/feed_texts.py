"""The texts of a feed's elements: gathered, finished and stored by the rules of feedparser 6.0.14.

No text grows beyond a bound: an entry of half a million characters is no news.
"""

import base64
import binascii
import contextlib
import re
from typing import Any, Final
from xml.sax.saxutils import escape as escaped

from feedparser.html import _cp1252
from feedparser.util import FeedParserDict

XHTML: Final = "application/xhtml+xml"
#: Characters of an element's text that are kept.
TEXT_LIMIT: Final = 500_000
#: Names that feedparser's dictionaries map to others.
KEYMAP: Final = FeedParserDict.keymap.keys()
#: Elements whose text their own handlers store.
HANDLED: Final = frozenset({"category", "tags", "itunes_keywords"})
#: Addresses whose query was taken for entities: `?a=1&b;=2`.
_LOST_QUERY: Final = re.compile(r"&([A-Za-z0-9_]+);")
_C1: Final = re.compile("[\x80-\x9f]")
#: A character of UTF-8 that was taken for two of Latin-1.
_MISREAD: Final = re.compile("[\xc2-\xf4][\x80-\xbf]")


class Pieces(list[str]):
    """The pieces of a text that is being read, and how many characters there is still room for."""

    __slots__ = ("room",)

    def __init__(self) -> None:
        super().__init__()
        self.room = TEXT_LIMIT


class Texts:
    """Gathers the texts of elements; mixed in before feedparser's parsers, whose state it works on."""

    baseuri: Any
    can_be_relative_uri: Any
    contentparams: Any
    decode_entities: Any
    depth: Any
    elementstack: Any
    entries: Any
    feeddata: Any
    incontent: Any
    inentry: Any
    infeed: Any
    inimage: Any
    insource: Any
    intextinput: Any
    lang: Any
    looks_like_html: Any
    map_content_type: Any
    property_depth_map: Any
    resolve_uri: Any
    title_depth: Any
    version: Any
    _get_context: Any
    _is_base64: Any
    #: Whether a text was too long.
    is_cut = False

    def push(self, element: str, expecting_text: int) -> None:
        """Open an element."""
        self.elementstack.append([element, expecting_text, Pieces()])

    def push_content(self, tag: str, said: dict[str, str], default_type: str, expecting_text: int) -> None:
        """Open an element whose text has a type."""
        self.incontent += 1
        if self.lang:
            self.lang = self.lang.replace("_", "-")
        kind = self.map_content_type(said.get("type", default_type))
        self.contentparams = FeedParserDict({"type": kind, "language": self.lang, "base": self.baseuri})
        is_text = not said and kind.startswith("text/")
        self.contentparams["base64"] = 0 if is_text else self._is_base64(said, self.contentparams)
        self.push(tag, expecting_text)

    def handle_data(self, text: str, escape: int = 1) -> None:
        """Add a piece to the text of the open element, while there is room."""
        if not self.elementstack:
            return
        pieces = self.elementstack[-1][2]
        if escape and dict.get(self.contentparams, "type") == XHTML:
            text = escaped(text)
        pieces.room -= len(text)
        if pieces.room < 0:
            text = text[: max(0, pieces.room + len(text))] if escape else ""
            self.is_cut = True
        pieces.append(text)

    def pop(self, element: str, strip_whitespace: int = 1) -> str | None:
        """Close an element, store its text where it belongs, and return it; `None` where another one is open."""
        if not self.elementstack or self.elementstack[-1][0] != element:
            return None
        _, expecting_text, pieces = self.elementstack.pop()
        kind = dict.get(self.contentparams, "type")
        if kind == XHTML and self.version == "atom10":
            pieces = _without_div(pieces)
        output = "".join(pieces)
        pieces.clear()  # a long text is not held twice
        output = output.strip() if strip_whitespace else output
        if not expecting_text:
            return output
        output = self._finished(element, output, kind)
        if element not in HANDLED and not (element == "title" and -1 < self.title_depth <= self.depth):
            self._keep(element, output)
        return output

    def _finished(self, element: str, output: str, kind: str | None) -> str:
        is_base64 = dict.pop(self.contentparams, "base64", 0)
        dict.pop(self.contentparams, "mode", None)
        if is_base64:
            output = _from_base64(output)
        if output and element in self.can_be_relative_uri:
            output = self.resolve_uri(output)
        if not is_base64:
            output = self.decode_entities(element, output)
        is_plain = kind == "text/plain" and ("</" in output or "&" in output)
        if is_plain and not self.version.startswith("atom") and self.looks_like_html(output):
            self.contentparams["type"] = "text/html"
        return output if output.isascii() else _repaired(output)

    def _keep(self, element: str, output: str) -> None:
        if self.inentry and not self.insource:
            self._keep_in_entry(element, output)
        elif self.infeed or self.insource:
            context = self._get_context()
            element = "subtitle" if element == "description" else element
            context[element] = output
            if element == "link":
                context[element] = _LOST_QUERY.sub(r"&\1", output)
                context["links"][-1]["href"] = context[element]
            elif self.incontent:
                context[element + "_detail"] = FeedParserDict(self.contentparams, value=output)

    def _keep_in_entry(self, element: str, output: str) -> None:
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault("content", []).append(FeedParserDict(self.contentparams, value=output))
        elif element == "link":
            if not self.inimage:
                entry["link"] = _LOST_QUERY.sub(r"&\1", output.replace("&amp;", "&"))
                if entry["link"]:
                    entry["links"][-1]["href"] = entry["link"]
        else:
            element = "summary" if element == "description" else element
            depths = self.property_depth_map.setdefault(entry, {})
            if element not in depths or self.depth <= depths[element]:
                depths[element] = self.depth
                if element in KEYMAP:
                    entry[element] = output
                else:
                    dict.__setitem__(entry, element, output)
            if self.incontent:
                entry[element + "_detail"] = FeedParserDict(self.contentparams, value=output)


def _without_div(pieces: Pieces) -> Pieces:
    """Take off the one `<div>` that all of the text stands in, if there is one."""
    while len(pieces) > 1 and not pieces[-1].strip():
        pieces.pop()
    first = 0
    while len(pieces) - first > 1 and not pieces[first].strip():
        first += 1
    del pieces[:first]
    if not pieces or not (pieces[0] == "<div>" or pieces[0].startswith("<div ")) or pieces[-1] != "</div>":
        return pieces
    depth = 0
    for piece in pieces[:-1]:
        if piece.startswith("</"):
            depth -= 1
            if depth == 0:
                return pieces
        elif piece.startswith("<") and not piece.endswith("/>"):
            depth += 1
    del pieces[0], pieces[-1]
    return pieces


def _from_base64(text: str) -> str:
    try:
        return base64.decodebytes(text.encode()).decode()
    except (binascii.Error, UnicodeError):
        return text


def _repaired(text: str) -> str:
    """Undo UTF-8 that was taken for Latin-1, and Windows-1252 that was."""
    if _MISREAD.search(text):
        with contextlib.suppress(UnicodeError):
            text = text.encode("iso-8859-1").decode()
    return text.translate(_cp1252) if _C1.search(text) else text
