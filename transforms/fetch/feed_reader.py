"""Run feedparser's two parsers over text that was made safe, within bounds of time and size.

`feedparser.parse` opens a body that looks like a path, resolves ids against the place a feed happens to live at, and
takes quadratic time over long author names (issue #562 of its tracker). Its parser classes are used here without it.
"""

import io
import time
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from typing import Any, Final, NamedTuple
from xml.sax.expatreader import ExpatParser
from xml.sax.saxutils import escape as escaped

from feedparser.api import LooseFeedParser, StrictFeedParser

from transforms.fetch.feed_pieces import mended, pieces_of
from transforms.fetch.feed_prolog import Prolog, safe_document

#: Seconds that one feed may take; what was read until then counts.
TIME_LIMIT: Final = 5.0
#: Characters of an author's name that are looked at.
AUTHOR_LIMIT: Final = 500
#: What feedparser's handlers raise on broken input.
FAULTS: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


class ReadFeed(NamedTuple):
    """What feedparser found."""

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    bozo: str


class TimeIsUpError(Exception):
    """The feed takes too long."""


class _Bounds:
    """What both parsers do differently from feedparser's own."""

    _get_context: Any
    basestack: Any
    baseuri: Any
    contentparams: Any
    elementstack: Any
    _save: Any
    feeddata: Any
    guidislink: Any
    pop: Any

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False
    deadline = float("inf")

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if time.monotonic() > self.deadline:
            raise TimeIsUpError
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """Take back the base of an element that has ended, also where the document has none."""
        super().unknown_endtag(tag)  # type: ignore[misc]
        self.baseuri = self.basestack[-1] if self.basestack else ""

    def handle_data(self, text: str, escape: int = 1) -> None:
        """Do as feedparser does, without the detours that take a fifth of its time."""
        if self.elementstack:
            is_xhtml = escape and dict.get(self.contentparams, "type") == "application/xhtml+xml"
            self.elementstack[-1][2].append(escaped(text) if is_xhtml else text)

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        author = dict.get(context, key)
        if isinstance(author, str) and len(author) > AUTHOR_LIMIT:
            context[key] = author[:AUTHOR_LIMIT]
        super()._sync_author_detail(key)  # type: ignore[misc]

    def _end_guid(self) -> None:
        """Keep the id as it is written, and remember whether it says that it is an address."""
        value = self.pop("id")
        self._save("guidislink", bool(self.guidislink))
        if self.guidislink and value:
            self._save("permalink", value)

    _end_id = _end_guid

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    def _end_hour(self) -> None:
        self._gather("skip_hours", self.pop("hour"))

    def _end_day(self) -> None:
        self._gather("skip_days", self.pop("day"))

    def _gather(self, name: str, value: str | None) -> None:
        self.feeddata.setdefault(name, []).append(value or "")


class StrictReader(_Bounds, StrictFeedParser):
    """feedparser over a real XML parser."""


class LooseReader(_Bounds, LooseFeedParser):
    """feedparser over a forgiving one."""

    def handle_charref(self, ref: str) -> None:
        """Drop a reference to a character that does not exist."""
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            return


class _Expat(ExpatParser):
    """The XML parser of the standard library, which hands over text in large pieces here."""

    _parser: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True


def read_xml(text: str, prolog: Prolog) -> ReadFeed:
    """Read a feed strictly, and where it is broken once more, item by item, then forgivingly.

    Links stay relative where the document sets no base. Never raises for what the text holds.
    """
    document, entities = safe_document(text, prolog)
    deadline = time.monotonic() + TIME_LIMIT
    reader: Any = StrictReader("", None, "utf-8")
    fault = _run_strict(reader, document, deadline)
    version = "rss091n" if "netscape" in prolog.doctype.lower() else reader.version
    if not fault:
        return ReadFeed(version or "", reader.feeddata, reader.entries, "")
    body = text[prolog.start :]
    pieces = pieces_of(body)
    head: Any = LooseReader("", None, "utf-8", entities)
    _run_loose(head, pieces.head if pieces.items else body, deadline)
    declared = document[: len(document) - len(body)]
    entries: list[dict[str, Any]] = []
    for item in pieces.items:
        if time.monotonic() > deadline:
            break
        entries += _read_item(declared, item, entities, deadline)
    best = max(entries, head.entries, reader.entries, key=len)
    return ReadFeed(version or head.version or "", {**reader.feeddata, **head.feeddata}, best, fault)


def _read_item(declared: str, item: str, entities: dict[str, str], deadline: float) -> list[dict[str, Any]]:
    """Read one item as it is, else mended, else forgivingly."""
    for document in (item, mended(item)):
        strict: Any = StrictReader("", None, "utf-8")
        if document and not _run_strict(strict, declared + document, deadline) and strict.entries:
            return list(strict.entries)
    loose: Any = LooseReader("", None, "utf-8", entities)
    _run_loose(loose, item, deadline)
    return list(loose.entries)


def _run_strict(reader: Any, document: str, deadline: float) -> str:
    parser = _Expat()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    reader.deadline = deadline
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(document.encode("utf-8", "replace")))
    try:
        parser.parse(source)
    except xml.sax.SAXException as error:
        return f"not well-formed: {reader.exc or error}"
    except TimeIsUpError:
        return "it takes too long"
    except FAULTS as error:
        return f"the parser failed: {error!r}"
    return ""


def _run_loose(reader: Any, body: str, deadline: float) -> str:
    reader.deadline = deadline
    try:
        reader.feed(body)
    except TimeIsUpError:
        return "it takes too long"
    except FAULTS as error:
        return f"the forgiving parser failed: {error!r}"
    return ""
