"""feedparser's two parsers, within bounds of time and size.

`feedparser.parse` opens a body that looks like a path, resolves ids against the place a feed happens to live at, and
takes quadratic time over long author names (issue #562 of its tracker). Its parser classes are used here without it.
"""

import time
from typing import Any, Final, Protocol

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.util import FeedParserDict

from transforms.fetch.feed_elements import CARRIED, Elements

#: Characters of an author's name that are looked at.
AUTHOR_LIMIT: Final = 500


class TimeIsUpError(Exception):
    """The feed takes too long."""


class Keep(Protocol):
    """Makes the record of an entry that has ended, and keeps it."""

    def add(self, entry: dict[str, Any], said: dict[str, Any]) -> None:
        """Keep an entry; `said` is what the feed has said of itself until then."""


class _Bounds(Elements):
    """What both parsers do differently from feedparser's own."""

    guidislink: Any

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False
    deadline = float("inf")
    keep: Keep | None = None

    def look_at_clock(self) -> None:
        """End when the time is up."""
        if time.process_time() > self.deadline:
            raise TimeIsUpError

    def forget(self) -> None:
        """Let go of what refers to the parser itself, which so needs no search for cycles to be freed."""
        self._known.clear()

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        author = dict.get(context, key)
        if isinstance(author, str) and len(author) > AUTHOR_LIMIT:
            context[key] = author[:AUTHOR_LIMIT]
        super()._sync_author_detail(key)  # type: ignore[misc]

    def _end_guid(self) -> None:
        """Keep the id as it is written, and remember whether it says that it is an address."""
        value = self.pop("id")
        context = self._get_context()
        dict.setdefault(context, "guidislink", bool(self.guidislink))
        if self.guidislink and value:
            dict.setdefault(context, "permalink", value)

    _end_id = _end_guid

    def _start_link(self, said: dict[str, str]) -> None:
        """Start a link; of those without attributes, which are most, in a third of the time."""
        if said:
            super()._start_link(said)  # type: ignore[misc]
            return
        links = dict.setdefault(self._get_context(), "links", [])
        if not (self.inentry and self.inimage):
            links.append(FeedParserDict(rel="alternate", type="text/html"))
        self.push("link", self.infeed or self.inentry or self.insource)

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_published

    def _end_item(self) -> None:
        """Hand an entry over as soon as it has ended: feedparser's own takes several times the room."""
        super()._end_item()  # type: ignore[misc]
        self.property_depth_map.clear()
        if self.keep and self.entries:
            self.keep.add(self.entries.pop(), self.feeddata)

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
    #: Tells how far the XML parser has come.
    place: Any = None
    #: Bytes of the document up to the end of the last entry that was handed over.
    done = 0

    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self._tags: dict[str, str] = {}

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:  # noqa: N802  a handler of SAX
        """Forget the names that the declarations before have led to."""
        self._tags.clear()
        super().startPrefixMapping(prefix, uri)

    def forget(self) -> None:
        """Let go of the XML parser too."""
        super().forget()
        self.place = None

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        """Start an element; names are those of expat: namespace, local name and prefix, with spaces between."""
        tag = self._tags.get(name) or self._tag(name)
        said, self.decls = self.decls, {}
        if tag.endswith(("math", "svg")):
            namespace, _, local = name.rpartition(" ")
            if CARRIED.get(local) == namespace:
                said["xmlns"] = namespace
        for key, value in attrs.items():
            for one in self._attribute(key) if " " in key else (key.lower(),):
                said[one] = value
        self.unknown_starttag(tag, list(said.items()) if said else [])

    def end_element(self, name: str) -> None:
        """End an element."""
        self.unknown_endtag(self._tags.get(name) or self._tag(name))

    def _start_item(self, said: dict[str, str]) -> None:
        if self.keep and self.entries:
            raise ValueError("an item begins within another")
        super()._start_item(said)

    _start_entry = _start_item

    def _end_item(self) -> None:
        super()._end_item()
        if self.keep and self.place:
            self.done = self.place()

    _end_entry = _end_item

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

    def __init__(self, entities: dict[str, str]) -> None:
        super().__init__("", None, "utf-8", entities)

    def handle_charref(self, ref: str) -> None:
        """Drop a reference to a character that does not exist."""
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            return
