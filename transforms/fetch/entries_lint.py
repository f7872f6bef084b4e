"""Look over the entries of a feed: dates, ids, links, and how much of the text they carry."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from transforms.fetch.edits import flags
from transforms.fetch.feed_records import FeedEntry
from transforms.fetch.lint_finding import Finding
from transforms.fetch.plain_text import plain

#: Characters of plain text from which on an entry counts as the whole article.
FULL_TEXT: Final = 1_000
#: Entries that the look at texts takes, for each is made plain.
SAMPLE: Final = 200
_ZONE: Final = re.compile(r"(?:[+-]\d{2}:?\d{2}|[A-Za-z]{1,5}\)?|[Zz])\Z")


def entry_findings(entries: Sequence[FeedEntry], now: datetime) -> Iterator[Finding]:
    """Say what is missing, wrong or repeated in the entries; `now` is UTC."""
    if not entries:
        yield Finding("warning", "entries", "It has no entries.")
        return
    yield Finding("ok", "entries", f"It has {len(entries):,} entr{'y' if len(entries) == 1 else 'ies'}.")
    yield from _or_ok("dates", _dates(entries, now), "Every entry has a date that can be read.")
    yield from _or_ok("guids", _guids(entries), "Every entry has an id of its own.")
    yield from _or_ok("links", _links(entries), "Every entry has a link of its own.")
    titles = sum(not entry.title for entry in entries)
    if titles:
        yield Finding("warning", "titles", f"{_of(titles, entries)} no title.")
    yield _texts(entries)


def _or_ok(topic: str, found: Iterator[Finding], praise: str) -> list[Finding]:
    findings = list(found)
    return findings if any(one.level != "note" for one in findings) else [Finding("ok", topic, praise), *findings]


def _of(count: int, entries: Sequence[FeedEntry], has: str = "has", have: str = "have") -> str:
    return f"{count:,} of {len(entries):,} entries {has if count == 1 else have}"


def _dates(entries: Sequence[FeedEntry], now: datetime) -> Iterator[Finding]:
    missing = sum(not entry.published_at for entry in entries)
    unread = [entry.published_at for entry in entries if entry.published_at and not entry.published]
    odd = Counter(flag for entry in entries for flag in flags(entry, now))
    zoneless = [entry.published_at for entry in entries if _lacks_zone(entry, now)]
    if missing:
        yield Finding("warning", "dates", f"{_of(missing, entries)} no date.")
    if unread:
        yield Finding(
            "warning", "dates", f"{_of(len(unread), entries)} a date that cannot be read: “{unread[0][:60]}”."
        )
    if odd["future_date"]:
        yield Finding("warning", "dates", f"{_of(odd['future_date'], entries)} a date in the future.")
    if odd["date_only"]:
        yield Finding("note", "dates", f"{_of(odd['date_only'], entries)} a date without a time of day.")
    if zoneless:
        yield Finding("warning", "dates", f"{_of(len(zoneless), entries)} a time without a zone: “{zoneless[0][:60]}”.")


def _lacks_zone(entry: FeedEntry, now: datetime) -> bool:
    raw = entry.published_at.strip()
    if not entry.published or raw.isdigit() or "date_only" in flags(entry, now):
        return False
    return not _ZONE.search(raw)


def _guids(entries: Sequence[FeedEntry]) -> Iterator[Finding]:
    missing = sum(not entry.guid for entry in entries)
    counts = Counter(entry.guid for entry in entries if entry.guid)
    repeated = [guid for guid, count in counts.items() if count > 1]
    if missing:
        yield Finding("warning", "guids", f"{_of(missing, entries)} no id, so that an edit looks like a new entry.")
    if repeated:
        count = sum(counts[guid] for guid in repeated)
        text = f"{_of(count, entries, 'shares', 'share')} an id with another, such as “{repeated[0][:100]}”."
        yield Finding("warning", "guids", text)


def _links(entries: Sequence[FeedEntry]) -> Iterator[Finding]:
    missing = sum(not entry.link and not entry.raw_link for entry in entries)
    unusable = [entry.raw_link for entry in entries if entry.raw_link and not entry.link]
    relative = [entry.raw_link for entry in entries if entry.raw_link and entry.link]
    counts = Counter(entry.link for entry in entries if entry.link)
    repeated = sum(count for count in counts.values() if count > 1)
    if missing:
        yield Finding("warning", "links", f"{_of(missing, entries)} no link, so that there is no page to read.")
    if unusable:
        text = f"{_of(len(unusable), entries)} a link that is no web address: “{unusable[0][:100]}”."
        yield Finding("warning", "links", text)
    if relative:
        text = f"{_of(len(relative), entries)} a relative link, which many readers get wrong: “{relative[0][:100]}”."
        yield Finding("warning", "links", text)
    if repeated:
        yield Finding("note", "links", f"{_of(repeated, entries, 'shares', 'share')} a link with another.")


def _texts(entries: Sequence[FeedEntry]) -> Finding:
    looked_at = entries[:SAMPLE]
    lengths = sorted(len(plain(entry.html) if entry.html else entry.text) for entry in looked_at)
    middle = lengths[len(lengths) // 2]
    if not lengths[-1]:
        return Finding("note", "full text", "Its entries are headlines only: neither text nor summary.")
    if middle >= FULL_TEXT:
        return Finding("ok", "full text", f"It carries the articles in full ({middle:,} characters in the middle).")
    return Finding(
        "note", "full text", f"It carries summaries ({middle:,} characters in the middle), not full articles."
    )
