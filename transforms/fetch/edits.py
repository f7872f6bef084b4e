"""Name the entries of feeds: what an entry is, what it says, and what is odd about it."""

import re
from datetime import datetime, timedelta
from typing import Final

from transforms.article.ids import digest
from transforms.fetch.feed_records import FeedEntry

_NUMBER: Final = re.compile(r"\d+(?:[.,:'  ]\d+)*")
_AGE: Final = re.compile(
    r"\b(?:0|an?|one) (?:second|sec|minute|min|hour|hr|day|week|month|year)s? ago\b", re.IGNORECASE
)
_COUNTED: Final = re.compile(r"\b(0 [^\W\d_]{2,30}?)s\b")
_TAG: Final = re.compile(r"<[^<>]*>")


def entry_id(feed_id: str, entry: FeedEntry) -> str:
    """Name an entry within its feed: by its guid as it was written, else its link, else its title and date."""
    if entry.guid:
        return digest("entry", feed_id, "guid", entry.guid)
    if entry.link:
        return digest("entry", feed_id, "link", entry.link)
    return digest("entry", feed_id, "title", entry.title, entry.published_at)


def words_fingerprint(entry: FeedEntry) -> str:
    """Name what an entry says, but for its dates.

    Numbers do not count: "3 comments" for "1 comment", "2 hours ago" for "an hour ago" are no edits. Nor do tags: their
    addresses may carry a token that is new each time.
    """
    return digest("words", *(_folded(text) for text in (entry.title, entry.description, entry.html or entry.text)))


def fingerprint(entry: FeedEntry) -> str:
    """Name what an entry says, with its date of change."""
    return digest("said", words_fingerprint(entry), entry.modified.isoformat() if entry.modified else "")


def sighting_id(feed_id: str, article_id: str, said: str) -> str:
    """Name one article as one feed words it; `said` is a fingerprint."""
    return digest("sighting", feed_id, article_id, said)


def flags(entry: FeedEntry, now: datetime) -> list[str]:
    """Return what is odd about an entry: `future_date` (by more than a day), `date_only`, `no_link`."""
    found = []
    if entry.published and entry.published > now + timedelta(days=1):
        found.append("future_date")
    if entry.published and is_date_only(entry.published, entry.published_at):
        found.append("date_only")
    if not entry.link:
        found.append("no_link")
    return found


def is_date_only(moment: datetime, raw: str) -> bool:
    """Tell a date that was written without a time of day, and so is read as midnight."""
    is_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return is_midnight and not re.fullmatch(r"\d{10}|\d{13}", raw.strip()) and not re.search(r"\d\s*[:hT]\s*\d", raw)


def _folded(text: str) -> str:
    text = " ".join(_NUMBER.sub("0", _TAG.sub(" ", text)).split())
    return _COUNTED.sub(r"\1", _AGE.sub("0 ago", text))
