"""What feedparser does at the start and end of each element, without the detours that take half of its time.

The rules are those of feedparser 6.0.14 (`feedparser/mixin.py`, `feedparser/parsers/strict.py`) for a parser that
neither sanitizes markup nor resolves the addresses in it.
"""

import base64
import binascii
import contextlib
import re
from typing import Any, Final
from xml.sax.saxutils import escape as escaped

from feedparser.html import _cp1252
from feedparser.urls import _urljoin, make_safe_absolute_uri
from feedparser.util import FeedParserDict

XHTML: Final = "application/xhtml+xml"
#: Elements whose text their own handlers store.
HANDLED: Final = frozenset({"category", "tags", "itunes_keywords"})
TEXT_INPUT_PARTS: Final = frozenset({"title", "link", "description", "name"})
IMAGE_PARTS: Final = frozenset({"title", "link", "description", "url", "href", "width", "height"})
#: Addresses whose query was taken for entities: `?a=1&b;=2`.
_LOST_QUERY: Final = re.compile(r"&([A-Za-z0-9_]+);")
_C1: Final = re.compile("[\x80-\x9f]")
#: A character of UTF-8 that was taken for two of Latin-1.
_MISREAD: Final = re.compile("[\xc2-\xf4][\x80-\xbf]")
#: Namespaces whose elements carry their declaration along when they stand in a text.
CARRIED: Final = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}


class Elements:
    """Starts and ends elements; mixed in before feedparser's parsers, whose state it works on."""

    basestack: Any
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
    langstack: Any
    looks_like_html: Any
    namespacemap: Any
    namespaces_in_use: Any
    property_depth_map: Any
    push: Any
    resolve_uri: Any
    strattrs: Any
    svgOK: Any  # noqa: N815  feedparser's name
    title_depth: Any
    track_namespace: Any
    version: Any
    _get_context: Any
    _normalize_attributes: Any

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Take note of base, language and namespaces, then hand over to the handler of the element."""
        self.depth += 1
        attrs = [self._normalize_attributes(attr) for attr in attrs] if attrs else attrs
        said = dict(attrs)
        self._enter(tag, said)
        for name, value in attrs:
            if name == "xmlns" or name.startswith("xmlns:"):
                self.track_namespace(name[6:] or None, value)
        if self.incontent and self._starts_markup(tag, attrs):
            return
        prefix, suffix = self._split(tag)
        if not prefix:
            self.intextinput = self.intextinput if suffix in TEXT_INPUT_PARTS else 0
            self.inimage = self.inimage if suffix in IMAGE_PARTS else 0
        name = f"{prefix}_{suffix}" if prefix else suffix
        try:
            getattr(self, "_start_" + name)(said)
        except AttributeError:
            if said:
                self._get_context()[name] = said
            else:
                self.push(name, 1)

    def unknown_endtag(self, tag: str) -> None:
        """Hand over to the handler of the element, then take back the base and language of what has ended."""
        prefix, suffix = self._split(tag)
        if suffix == "svg" and self.svgOK:
            self.svgOK -= 1
        name = f"{prefix}_{suffix}" if prefix else suffix
        try:
            if self.svgOK:
                self.pop(name)
            else:
                getattr(self, "_end_" + name)()
        except AttributeError:
            self.pop(name)
        if self.incontent and self._ends_markup(tag):
            return
        if self.basestack:
            self.basestack.pop()
        self.baseuri = self.basestack[-1] if self.basestack else ""
        if self.langstack:
            self.langstack.pop()
            self.lang = self.langstack[-1] if self.langstack else self.lang
        self.depth -= 1

    def _split(self, tag: str) -> tuple[str, str]:
        prefix, colon, suffix = tag.partition(":")
        if not colon:
            prefix, suffix = "", tag
        return self.namespacemap.get(prefix, prefix), suffix

    def _enter(self, tag: str, said: dict[str, str]) -> None:
        base = said.get("xml:base", said.get("base"))
        if base and self.baseuri:
            self.baseuri = make_safe_absolute_uri(self.baseuri, base) or self.baseuri
        elif base:
            self.baseuri = _urljoin("", base)
        lang = said.get("xml:lang", said.get("lang"))
        lang = self.lang if lang is None else lang or None
        if lang and tag in ("feed", "rss", "rdf:RDF"):
            self.feeddata["language"] = lang.replace("_", "-")
        self.lang = lang
        self.basestack.append(self.baseuri)
        self.langstack.append(lang)

    def _starts_markup(self, tag: str, attrs: list[tuple[str, str]]) -> bool:
        """Keep a tag within a text as part of the text."""
        if not dict.get(self.contentparams, "type", "xml").endswith("xml"):
            if tag in ("xhtml:div", "div"):
                return True
            self.contentparams["type"] = XHTML
        if dict.get(self.contentparams, "type") != XHTML:
            return False
        prefix, colon, name = tag.partition(":")
        if colon:
            tag = name
            namespace = self.namespaces_in_use.get(prefix, "")
            if namespace and CARRIED.get(tag) == namespace:
                attrs.append(("xmlns", namespace))
        if tag == "svg":
            self.svgOK += 1
        self.handle_data(f"<{tag}{self.strattrs(attrs)}>", escape=0)
        return True

    def _ends_markup(self, tag: str) -> bool:
        if not dict.get(self.contentparams, "type", "xml").endswith("xml"):
            if tag in ("xhtml:div", "div"):
                return True
            self.contentparams["type"] = XHTML
        if dict.get(self.contentparams, "type") == XHTML:
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        return False

    def handle_data(self, text: str, escape: int = 1) -> None:
        """Add a piece to the text of the open element."""
        if self.elementstack:
            is_xhtml = escape and dict.get(self.contentparams, "type") == XHTML
            self.elementstack[-1][2].append(escaped(text) if is_xhtml else text)

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
        if kind == "text/plain" and not self.version.startswith("atom") and self.looks_like_html(output):
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
                entry[element] = output
            if self.incontent:
                entry[element + "_detail"] = FeedParserDict(self.contentparams, value=output)


def _without_div(pieces: list[str]) -> list[str]:
    """Take off the one `<div>` that all of the text stands in, if there is one."""
    while len(pieces) > 1 and not pieces[-1].strip():
        pieces.pop()
    first = 0
    while len(pieces) - first > 1 and not pieces[first].strip():
        first += 1
    pieces = pieces[first:]
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
    return pieces[1:-1]


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
