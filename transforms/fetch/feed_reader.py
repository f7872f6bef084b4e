"""Run feedparser's two parsers over text that was made safe, within bounds of time and size.

`feedparser.parse` opens a body that looks like a path, resolves ids against the place a feed happens to live at, and
takes quadratic time over long author names (issue #562 of its tracker). Its parser classes are used here without it.
"""

import time
import xml.sax
import xml.sax.handler
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple
from xml.sax.expatreader import ExpatParser

from feedparser.api import LooseFeedParser, StrictFeedParser

from transforms.fetch.feed_elements import CARRIED, Elements
from transforms.fetch.feed_pieces import mended, pieces_of
from transforms.fetch.feed_prolog import Prolog, safe_head

#: Seconds of processor time that one feed may take; what was read until then counts.
TIME_LIMIT: Final = 5.0
#: Characters that the parser is given at once.
PIECE: Final = 65_536
#: Characters of an author's name that are looked at.
AUTHOR_LIMIT: Final = 500
#: What feedparser's handlers raise on broken input.
FAULTS: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


class ReadFeed(NamedTuple):
    """What feedparser found."""

    version: str
    feed: dict[str, Any]
    entries: list[Any]  # as `keep` made them, or dictionaries
    bozo: str


class TimeIsUpError(Exception):
    """The feed takes too long."""


#: Makes the record of an entry that has ended, from it and what the feed has said until then.
Keep = Callable[[dict[str, Any], dict[str, Any]], Any]


class _Bounds(Elements):
    """What both parsers do differently from feedparser's own."""

    _save: Any
    guidislink: Any

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False
    deadline = float("inf")
    keep: Keep | None = None

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if time.thread_time() > self.deadline:
            raise TimeIsUpError
        super().unknown_starttag(tag, attrs)

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

    def _end_item(self) -> None:
        """Make an entry small as soon as it has ended: feedparser's own takes several times the room."""
        super()._end_item()  # type: ignore[misc]
        self.property_depth_map.clear()
        if self.keep and self.entries and isinstance(self.entries[-1], dict):
            start = time.thread_time()
            self.entries[-1] = self.keep(self.entries[-1], self.feeddata)
            self.deadline += time.thread_time() - start  # the limit is on reading

    _end_entry = _end_item

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

    decls: Any
    _matchnamespaces: Any
    characters = _Bounds.handle_data

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._tags: dict[str, str] = {}

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:  # noqa: N802  a handler of SAX
        """Forget the names that the declarations before have led to."""
        self._tags.clear()
        super().startPrefixMapping(prefix, uri)

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        """Start an element; names are those of expat: namespace, local name and prefix, with spaces between."""
        said, self.decls = self.decls, {}
        tag = self._tags.get(name) or self._tag(name)
        if tag.endswith(("math", "svg")):
            namespace, _, local = name.rpartition(" ")
            if CARRIED.get(local) == namespace:
                said["xmlns"] = namespace
        for key, value in attrs.items():
            for one in self._attribute(key) if " " in key else (key.lower(),):
                said[one] = value
        self.unknown_starttag(tag, list(said.items()))

    def end_element(self, name: str) -> None:
        """End an element."""
        self.unknown_endtag(self._tags.get(name) or self._tag(name))

    def _tag(self, name: str) -> str:
        """Name an element by the usual prefix of its namespace, else by the one that the feed has declared."""
        parts = name.split(" ")
        namespace, local = (parts[0], parts[1]) if len(parts) > 1 else ("", name)
        if "backend.userland.com/rss" in namespace.lower():
            namespace = "http://backend.userland.com/rss"
        prefix = self._matchnamespaces.get(namespace.lower())
        if not prefix and namespace:
            named = (key for key, uri in self.namespaces_in_use.items() if key and uri == namespace)
            prefix = next(named, "")
        tag = f"{prefix}:{local}".lower() if prefix else local.lower()
        self._tags[name] = tag
        return tag

    def _attribute(self, name: str) -> tuple[str, ...]:
        namespace, local, *given = name.split(" ")
        usual = self._matchnamespaces.get(namespace.lower(), "")
        return (f"{usual}:{local}".lower() if usual else local.lower(), ":".join([*given, local]).lower())


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
    _cont_handler: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._cont_handler.start_element
        self._parser.EndElementHandler = self._cont_handler.end_element


def read_xml(text: str, prolog: Prolog, keep: Keep) -> ReadFeed:
    """Read a feed strictly, and where it is broken once more, item by item, then forgivingly.

    `keep` makes the records of its entries; those of a broken feed may come as feedparser's dictionaries. Links stay
    relative where the document sets no base. Never raises for what the text holds.
    """
    declared, entities = safe_head(text, prolog)
    deadline = time.thread_time() + TIME_LIMIT
    reader: Any = StrictReader("", None, "utf-8")
    reader.keep = keep
    fault = _run_strict(reader, _in_pieces(declared, text, prolog.start), deadline)
    version = "rss091n" if "netscape" in prolog.doctype.lower() else reader.version
    if not fault:
        return ReadFeed(version or "", reader.feeddata, reader.entries, "")
    body = text[prolog.start :]
    pieces = pieces_of(body)
    head: Any = LooseReader("", None, "utf-8", entities)
    _run_loose(head, pieces.head if pieces.items else body, deadline)
    entries: list[dict[str, Any]] = []
    for item in pieces.items:
        if time.thread_time() > deadline:
            break
        entries += _read_item(declared, item, entities, deadline)
    best = max(entries, head.entries, reader.entries, key=len)
    if len(best) < len(pieces.items) and time.thread_time() > deadline:
        fault = f"it takes too long, {len(best)} of {len(pieces.items)} items were read; {fault}"
    return ReadFeed(version or head.version or "", {**reader.feeddata, **head.feeddata}, best, fault)


def _read_item(declared: str, item: str, entities: dict[str, str], deadline: float) -> list[dict[str, Any]]:
    """Read one item as it is, else mended, else forgivingly."""
    for document in (item, mended(item)):
        strict: Any = StrictReader("", None, "utf-8")
        if document and not _run_strict(strict, [declared, document], deadline) and strict.entries:
            return list(strict.entries)
    loose: Any = LooseReader("", None, "utf-8", entities)
    _run_loose(loose, item, deadline)
    return list(loose.entries)


def _in_pieces(head: str, text: str, start: int) -> Iterator[str]:
    """Hand over a document piece by piece, so that no copy of the whole is made."""
    yield head
    for place in range(start, len(text), PIECE):
        yield text[place : place + PIECE]


def _run_strict(reader: Any, pieces: Iterable[str], deadline: float) -> str:
    parser = _Expat()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    reader.deadline = deadline
    try:
        for piece in pieces:
            parser.feed(piece.encode("utf-8", "replace"))
        parser.close()
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
