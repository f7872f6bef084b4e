"""Read a feed's body into its entries, named and made small: what a poll keeps of them. Runs in the pool."""

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol, overload

from schemas.records import Refusal
from transforms.article.ids import article_id, digest
from transforms.fetch.edits import entry_id, flags, sighting_id
from transforms.fetch.feed_hints import FeedHints, hints_of
from transforms.fetch.feed_records import FeedEntry, FeedPlace
from transforms.fetch.feed_text import FeedText
from transforms.fetch.feed_words import dated_fingerprint, words_fingerprint
from transforms.fetch.feeds import read_feed
from transforms.fetch.urls import url_key

#: Characters of an entry's description that are kept.
DESCRIPTION: Final = 2_000
TITLE: Final = 1_000
#: Entries that are packed together.
BLOCK: Final = 200


class Sighted(NamedTuple):
    """One entry of a feed, without its content."""

    sighting_id: str  # of what it says
    words_id: str  # of what it says but for its date of change
    entry_id: str  # of itself
    article_id: str
    guid: str
    link: str  # "" where there is none
    title: str
    description: str
    authors: list[str]
    tags: list[str]
    published_at: datetime | None  # UTC; None where it is not given, or lies in the future
    published_raw: str
    flags: list[str]


class Packed(NamedTuple):
    """An entry as bytes: in no more room than it had in the feed, whatever its alphabet."""

    sighting_id: str
    published: datetime | None
    data: bytes


class Entries(Sequence[Sighted]):
    """Entries that are unpacked as they are asked for: 20,000 of them take some megabytes, on their way too."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        """Take entries as `packed` has made them."""
        self._blocks: list[bytes] = []
        self._count = 0
        rest = iter(entries)
        while block := list(islice(rest, BLOCK)):
            self._blocks.append(zlib.compress(pickle.dumps(block, pickle.HIGHEST_PROTOCOL), 1))
            self._count += len(block)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Sighted: ...

    @overload
    def __getitem__(self, place: slice) -> list[Sighted]: ...

    def __getitem__(self, place: int | slice) -> Sighted | list[Sighted]:
        if isinstance(place, slice):
            return list(self)[place]
        number = range(self._count)[place]
        return _unpacked(_block(self._blocks[number // BLOCK])[number % BLOCK])

    def __iter__(self) -> Iterator[Sighted]:
        return (_unpacked(data) for block in self._blocks for data in _block(block))


def _block(data: bytes) -> list[bytes]:
    entries: list[bytes] = pickle.loads(zlib.decompress(data))
    return entries


def packed(entry: Sighted) -> Packed:
    """Pack an entry."""
    return Packed(entry.sighting_id, entry.published_at, pickle.dumps(tuple(entry), pickle.HIGHEST_PROTOCOL))


def _unpacked(data: bytes) -> Sighted:
    return Sighted(*pickle.loads(data))


class FeedPage(NamedTuple):
    """What one poll brought."""

    kind: str
    title: str
    hints: FeedHints
    entries: Sequence[Sighted]
    bozo: str
    is_whole: bool = True  # False: entries that the run was not asked for were passed over
    left_out: str = ""  # what of the feed was not read, since there is too much of it


class FeedName(NamedTuple):
    """What a feed is known by, whatever address it lives at."""

    feed_id: str
    url: str  # the configured address
    final_url: str = ""  # where the body came from


def read_entries(body: bytes, name: FeedName, content_type: str, now: datetime) -> FeedPage | Refusal:
    """Parse a feed; entries that say the very same come once, in the order of the feed."""
    place = FeedPlace(name.url, name.final_url or name.url)
    feed = read_feed(FeedText(body, content_type), place, lambda entry: packed(sighted(entry, name.feed_id, now)))
    if isinstance(feed, Refusal):
        return feed
    made: list[Any] = feed.entries  # `Packed` ones
    entries = Entries({entry.sighting_id: entry.data for entry in made}.values())
    return FeedPage(feed.kind, feed.title, hints_of(feed), entries, feed.bozo, left_out=feed.left_out)


def sighted(entry: FeedEntry, feed_id: str, now: datetime) -> Sighted:
    """Name an entry and make it small."""
    named = entry_id(feed_id, entry)
    try:
        link, article = entry.link, article_id(url_key(entry.link), "")
    except ValueError:
        link, article = "", digest("entry", named)
    said = flags(entry, now)
    words = words_fingerprint(entry)
    return Sighted(
        sighting_id(feed_id, article, dated_fingerprint(words, entry)),
        sighting_id(feed_id, article, words),
        named,
        article,
        entry.guid[:TITLE],
        link,
        entry.title[:TITLE],
        entry.description[:DESCRIPTION],
        entry.authors[:50],
        entry.tags[:50],
        None if "future_date" in said else entry.published,
        entry.published_at[:100],
        said,
    )


class Ids(Protocol):
    """Tells which ids are known."""

    def __contains__(self, key: str, /) -> bool:
        """Tell whether one is."""
        ...


class Sorted(NamedTuple):
    """The entries of a poll by what they are to the lake."""

    new: list[Sighted]
    edited: list[Sighted]
    seen: int

    @property
    def fresh(self) -> Iterator[tuple[Sighted, bool]]:
        """Yield what is to be kept, each with whether it is an edit."""
        yield from ((entry, False) for entry in self.new)
        yield from ((entry, True) for entry in self.edited)


def sort_entries(entries: Iterable[Sighted], before: Ids) -> Sorted:
    """Sort entries into those never seen, those that were changed, and the others, by the ids known `before`.

    Where more than half of the known ones (and more than three) differ by their date of change alone, the feed dates
    them anew at each poll: these are no edits.
    """
    new, edited, redated, seen = [], [], [], 0
    for entry in entries:
        if entry.sighting_id in before:
            seen += 1
        elif entry.entry_id not in before:
            new.append(entry)
        elif entry.words_id in before:
            redated.append(entry)
        else:
            edited.append(entry)
    if len(redated) > max(3, (seen + len(redated) + len(edited)) / 2):
        return Sorted(new, edited, seen + len(redated))
    return Sorted(new, edited + redated, seen)
