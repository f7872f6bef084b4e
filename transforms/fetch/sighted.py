"""Read a feed's body into its entries, named and made small: what a poll keeps of them. Runs in the pool."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from schemas.records import Refusal
from transforms.article.ids import article_id, digest
from transforms.fetch.edits import entry_id, fingerprint, flags, sighting_id, words_fingerprint
from transforms.fetch.feed_hints import FeedHints, hints_of
from transforms.fetch.feeds import FeedEntry, parse_feed
from transforms.fetch.urls import url_key

#: Characters of an entry's description that are kept.
DESCRIPTION: Final = 2_000
TITLE: Final = 1_000


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


class FeedPage(NamedTuple):
    """What one poll brought."""

    kind: str
    title: str
    hints: FeedHints
    entries: list[Sighted]
    bozo: str
    is_whole: bool = True  # False: entries that the run was not asked for were passed over


class FeedName(NamedTuple):
    """What a feed is known by, whatever address it lives at."""

    feed_id: str
    url: str  # the configured address
    final_url: str = ""  # where the body came from


def read_entries(body: bytes, name: FeedName, content_type: str, now: datetime) -> FeedPage | Refusal:
    """Parse a feed; entries that say the very same come once, in the order of the feed."""
    feed = parse_feed(body, name.url, {"content-type": content_type}, name.final_url)
    if isinstance(feed, Refusal):
        return feed
    entries = {entry.sighting_id: entry for entry in _entries(feed.entries, name.feed_id, now)}
    return FeedPage(feed.kind, feed.title, hints_of(feed), list(entries.values()), feed.bozo)


def _entries(entries: list[FeedEntry], feed_id: str, now: datetime) -> Iterator[Sighted]:
    for entry in entries:
        named = entry_id(feed_id, entry)
        try:
            link, article = entry.link, article_id(url_key(entry.link), "")
        except ValueError:
            link, article = "", digest("entry", named)
        said = flags(entry, now)
        yield Sighted(
            sighting_id(feed_id, article, fingerprint(entry)),
            sighting_id(feed_id, article, words_fingerprint(entry)),
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
