"""Name the entries of feeds: what an entry is, what it says, and what is odd about it."""

import re
from datetime import datetime, timedelta

from transforms.article.ids import digest
from transforms.fetch.feed_records import FeedEntry
from transforms.fetch.feed_words import dated_fingerprint, words_fingerprint

__all__ = ["entry_id", "fingerprint", "flags", "is_date_only", "sighting_id", "words_fingerprint"]


def entry_id(feed_id: str, entry: FeedEntry) -> str:
    """Name an entry within its feed: by its guid as it was written, else its link, else its title and date."""
    if entry.guid:
        return digest("entry", feed_id, "guid", entry.guid)
    if entry.link:
        return digest("entry", feed_id, "link", entry.link)
    return digest("entry", feed_id, "title", entry.title, entry.published_at)


def fingerprint(entry: FeedEntry) -> str:
    """Name what an entry says, with its date of change."""
    return dated_fingerprint(words_fingerprint(entry), entry)


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
