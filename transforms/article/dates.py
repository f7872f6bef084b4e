"""Publication times: read what a page, a feed or a record wrote, say how exact it is, and believe only what can be.

A page's strict date (JSON-LD, `<meta>`) counts when htmldate, which looks at everything, lands within a day of it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=1)  # a date further in the future than this is no date of publication

_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:(?:T|\s+|,\s*)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[[^\]]*\])?)?",
    re.IGNORECASE,
)
_LOOSE_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_RFC = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{2,4}\s+\d{1,2}:\d{2}")
_ZONES: Final = {
    "cet": 1,
    "cest": 2,
    "bst": 1,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "ist": 5.5,
    "jst": 9,
    "kst": 9,
    "aest": 10,
}


class Moment(NamedTuple):
    """A time that somebody wrote; `at` is in UTC."""

    at: datetime
    precision: str  # second | minute | day
    offset: timedelta | None  # from UTC, None when it was not written
    raw: str

    @property
    def day(self) -> date:
        """The calendar day where it was written."""
        return (self.at + (self.offset or timedelta())).date()


class Claim(NamedTuple):
    """What one source says about the time of publication."""

    raw: str
    source: str  # json-ld | meta | feed | record | htmldate | url


class Published(NamedTuple):
    """The time that is believed, or only the raw words when it can not be."""

    at: datetime | None = None
    precision: str = ""
    source: str = ""
    raw: str = ""


def parse_moment(raw: str, offset: timedelta | None = None) -> Moment | None:
    """Read ISO 8601, RFC 2822, Unix seconds or milliseconds, else any words that dateparser knows.

    A time without an offset is taken to be at `offset`, else in UTC. A time of exactly midnight says no more than the
    day, and a day is kept as its midnight in UTC, so that it stays the day that was written.
    """
    raw = " ".join(raw.split())[:100]
    if not raw:
        return None
    try:
        return _iso(raw, offset) or _epoch(raw) or _rfc2822(raw, offset) or _day(raw) or _words(raw, offset)
    except (ValueError, OverflowError):
        return None


def plausible(at: datetime, now: datetime) -> bool:
    """Tell whether an article read at `now` can have been published at `at`."""
    return EARLIEST <= at <= now + AHEAD


def choose_published(
    claims: Iterable[Claim], now: datetime, offset: timedelta | None, guess: Callable[[], str] | None = None
) -> Published:
    """Take the first claim that can be true and, for a page, agrees to a day with the date that `guess` finds.

    `guess` gives the day as htmldate sees it (`YYYY-MM-DD`, or "") and is asked once. When no claim holds, its day is
    taken. When nothing can be true, only the first raw value is kept.
    """
    claims = [claim for claim in claims if claim.raw.strip()]
    found = parse_moment(guess()) if guess is not None else None
    if found is not None and not plausible(found.at, now):
        found = None
    for raw, source in claims:
        moment = parse_moment(raw, offset)
        if moment is None or not plausible(moment.at, now):
            continue
        if source in {"json-ld", "meta"} and found is not None and abs(moment.day - found.day) > timedelta(days=1):
            continue
        return Published(moment.at, moment.precision, source, raw.strip())
    if found is not None:
        return Published(found.at, "day", "htmldate", found.raw)
    return Published(raw=claims[0].raw.strip()[:100] if claims else "", source=claims[0].source if claims else "")


def _moment(at: datetime, seconds: bool, offset: timedelta | None, raw: str) -> Moment:
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone(offset) if offset is not None else UTC)
        known = offset
    else:
        known = at.utcoffset()
    if not (at.hour or at.minute or at.second or at.microsecond):
        return Moment(datetime(at.year, at.month, at.day, tzinfo=UTC), "day", None, raw)
    return Moment(at.astimezone(UTC), "second" if seconds else "minute", known, raw)


def _iso(raw: str, offset: timedelta | None) -> Moment | None:
    match = _ISO.fullmatch(raw)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return Moment(datetime(int(year), int(month), int(day), tzinfo=UTC), "day", None, raw)
    at = datetime(int(year), int(month), int(day)) + timedelta(
        hours=int(hour),
        minutes=int(minute),
        seconds=int(second or 0),
        microseconds=int((fraction or "0")[:6].ljust(6, "0")),
    )
    return _moment(at.replace(tzinfo=_zone(zone) if zone else None), second is not None, offset, raw)


def _zone(written: str) -> timezone:
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(size if written[0] == "+" else -size)


def _epoch(raw: str) -> Moment | None:
    if not raw.isascii() or not raw.isdigit() or len(raw) not in {10, 13}:
        return None
    at = datetime.fromtimestamp(int(raw[:10]), UTC)
    return Moment(at, "second", timedelta(), raw)


def _rfc2822(raw: str, offset: timedelta | None) -> Moment | None:
    if not _RFC.match(raw):
        return None
    try:
        at = parsedate_to_datetime(raw)
    except (TypeError, ValueError, IndexError):
        return None
    zone = raw.rsplit(None, 1)[-1].lower()
    if zone in _ZONES:
        at = at.replace(tzinfo=timezone(timedelta(hours=_ZONES[zone])))
    return _moment(at, raw.count(":") >= 2, offset, raw)


def _day(raw: str) -> Moment | None:
    match = _LOOSE_ISO.match(raw)
    if match is None or ":" in raw:
        return None
    return Moment(datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC), "day", None, raw)


def _words(raw: str, offset: timedelta | None) -> Moment | None:
    """Read a date in words, such as `Sept. 24, 2018 10:42 pm` or `3 mai 2024`; the import is slow, so it is late."""
    if not any(character.isdigit() for character in raw):
        return None
    import dateparser

    at = dateparser.parse(raw, settings={"STRICT_PARSING": True, "PARSERS": ["absolute-time"]})
    return None if at is None else _moment(at, raw.count(":") >= 2, offset, raw)
