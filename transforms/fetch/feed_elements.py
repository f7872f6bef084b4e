"""What feedparser does at the start and end of each element, without the detours that take half of its time.

The rules are those of feedparser 6.0.14 (`feedparser/mixin.py`, `feedparser/parsers/strict.py`) for a parser that
neither sanitizes markup nor resolves the addresses in it.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from feedparser.urls import _urljoin, make_safe_absolute_uri

from transforms.fetch.feed_texts import XHTML, Texts

ROOTS: Final = frozenset({"feed", "rss", "rdf:RDF"})
#: Elements between two looks at the clock: one more than this.
CLOCK: Final = 31
TEXT_INPUT_PARTS: Final = frozenset({"title", "link", "description", "name"})
IMAGE_PARTS: Final = frozenset({"title", "link", "description", "url", "href", "width", "height"})
#: Namespaces whose elements carry their declaration along when they stand in a text.
CARRIED: Final = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}


class Tag(NamedTuple):
    """An element's name, and what feedparser does with it."""

    name: str
    suffix: str
    start: Callable[[dict[str, str]], object] | None
    end: Callable[[], object] | None
    in_text_input: bool  # it may stand in one
    in_image: bool


class Elements(Texts):
    """Starts and ends elements; mixed in before feedparser's parsers, whose state it works on."""

    basestack: Any
    langstack: Any
    namespacemap: Any
    namespaces_in_use: Any
    strattrs: Any
    svgOK: Any  # noqa: N815  feedparser's name
    _normalize_attributes: Any
    look_at_clock: Any
    steps = 0

    def __init__(self, *arguments: Any) -> None:
        self._known: dict[str, Tag] = {}
        super().__init__(*arguments)

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Take note of a namespace; elements may go by other names from here on."""
        self._known.clear()
        super().track_namespace(prefix, uri)  # type: ignore[misc]

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Take note of base, language and namespaces, then hand over to the handler of the element."""
        self.depth += 1
        self.steps += 1
        if not self.steps & CLOCK:
            self.look_at_clock()
        attrs = [self._normalize_attributes(attr) for attr in attrs] if attrs else attrs
        said = dict(attrs)
        self._enter(tag, said)
        for name, value in attrs:
            if name == "xmlns" or name.startswith("xmlns:"):
                self.track_namespace(name[6:] or None, value)
        if self.incontent and self._starts_markup(tag, attrs):
            return
        known = self._known.get(tag) or self._learn(tag)
        if not known.in_text_input:
            self.intextinput = 0
        if not known.in_image:
            self.inimage = 0
        try:
            if known.start:
                known.start(said)
                return
        except AttributeError:
            pass
        if said:
            self._get_context()[known.name] = said
        else:
            self.push(known.name, 1)

    def unknown_endtag(self, tag: str) -> None:
        """Hand over to the handler of the element, then take back the base and language of what has ended."""
        known = self._known.get(tag) or self._learn(tag)
        if self.svgOK and known.suffix == "svg":
            self.svgOK -= 1
        try:
            if self.svgOK or not known.end:
                self.pop(known.name)
            else:
                known.end()
        except AttributeError:
            self.pop(known.name)
        if self.incontent and self._ends_markup(tag):
            return
        if self.basestack:
            self.basestack.pop()
        self.baseuri = self.basestack[-1] if self.basestack else ""
        if self.langstack:
            self.langstack.pop()
            self.lang = self.langstack[-1] if self.langstack else self.lang
        self.depth -= 1

    def _learn(self, tag: str) -> Tag:
        """Look up the handlers of an element, once."""
        prefix, colon, suffix = tag.partition(":")
        prefix, suffix = (prefix, suffix) if colon else ("", tag)
        prefix = self.namespacemap.get(prefix, prefix)
        name = f"{prefix}_{suffix}" if prefix else suffix
        start, end = getattr(self, "_start_" + name, None), getattr(self, "_end_" + name, None)
        in_text_input, in_image = bool(prefix) or suffix in TEXT_INPUT_PARTS, bool(prefix) or suffix in IMAGE_PARTS
        self._known[tag] = known = Tag(name, suffix, start, end, in_text_input, in_image)
        return known

    def _enter(self, tag: str, said: dict[str, str]) -> None:
        base = said.get("xml:base", said.get("base")) if said else None
        if base and self.baseuri:
            self.baseuri = make_safe_absolute_uri(self.baseuri, base) or self.baseuri
        elif base:
            self.baseuri = _urljoin("", base)
        lang = said.get("xml:lang", said.get("lang")) if said else None
        lang = self.lang if lang is None else lang or None
        if lang and tag in ROOTS:
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
