"""Times in words and numbers to an instant: what was written, how exact it is, and whether it names its offset."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from transforms.article.months import names_month

#: No clock on earth is further from UTC than this, so an offset beyond it is a mistake and counts as unwritten.
FURTHEST: Final = timedelta(hours=14)
_LONGEST: Final = 100  # characters of a written time

_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:(?:T|\s+|,\s*)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[[^\]]*\])?)?",
    re.IGNORECASE,
)
_LOOSE_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
#: Day, month, year with full stops, as all who write them so mean it; the time behind it with or without words.
_DOTTED = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,?\s+)?(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d)"
    r"(?:[\s,;|/–-]{1,5}(?:um|kl\.?|klo|at|alle|ore|o)?\s*(\d{1,2})[:.](\d{2})(?::(\d{2}))?"
    r"(?:\s*(?:Uhr|h|hrs?|г\.?))?(?:\s*([A-Z]{3,4}))?)?",
    re.IGNORECASE,
)
_RFC = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{2,4}\s+\d{1,2}:\d{2}")
_FIGURES = re.compile(r"\d{1,4}[-/.年년]\s?\d{1,2}[-/.月월]\s?\d{1,4}")
_AMERICAN = re.compile(r"\s+([ECMP]T)$")
_ZONES: Final = {
    "utc": 0,
    "gmt": 0,
    "cet": 1,
    "cest": 2,
    "mez": 1,
    "mesz": 2,
    "bst": 1,
    "wat": 1,
    "eet": 2,
    "eest": 3,
    "sast": 2,
    "eat": 3,
    "msk": 3,
    "gst": 4,
    "pkt": 5,
    "ist": 5.5,
    "wib": 7,
    "hkt": 8,
    "sgt": 8,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
}


class Moment(NamedTuple):
    """A time that somebody wrote; `at` is in UTC."""

    at: datetime
    precision: str  # second | minute | day
    offset: timedelta | None  # from UTC, written or taken from elsewhere; None when nothing is known of it
    raw: str
    stated: bool = False  # the offset stands in these very words

    @property
    def day(self) -> date:
        """The calendar day where it was written."""
        if self.precision == "day":
            return self.at.date()
        return (self.at + (self.offset or timedelta())).date()

    @property
    def minutes(self) -> int | None:
        """Minutes east of UTC when they were written, else None."""
        return round(self.offset.total_seconds() / 60) if self.stated and self.offset is not None else None


def parse_moment(raw: str, offset: timedelta | None = None) -> Moment | None:
    """Read ISO 8601, RFC 2822, Unix seconds or milliseconds, else any words that dateparser knows.

    A time without an offset is taken to be at `offset`, else in UTC. A time of exactly midnight says no more than the
    day, and a day is kept as its midnight in UTC, so that it stays the day that was written. `-00:00` means UTC with
    an unknown offset (RFC 3339, section 4.3). None when it is no time, or one that no calendar holds.
    """
    raw = " ".join(raw.split())[:_LONGEST]
    if not raw:
        return None
    try:
        return (
            _iso(raw, offset)
            or _epoch(raw)
            or _rfc2822(raw, offset)
            or _dotted(raw, offset)
            or _day(raw)
            or _words(raw, offset)
        )
    except (ValueError, OverflowError):
        return None


def _moment(at: datetime, seconds: bool, offset: timedelta | None, raw: str) -> Moment:
    written = at.utcoffset()
    stated = written is not None and abs(written) <= FURTHEST and not re.search(r"-00:?00$", raw)
    if written is None or abs(written) > FURTHEST:
        at = at.replace(tzinfo=timezone(offset) if offset is not None else UTC)
        written = offset
    if not (at.hour or at.minute or at.second or at.microsecond):
        return Moment(datetime(at.year, at.month, at.day, tzinfo=UTC), "day", written, raw, stated)
    return Moment(at.astimezone(UTC), "second" if seconds else "minute", written, raw, stated)


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
    return Moment(datetime.fromtimestamp(int(raw[:10]), UTC), "second", None, raw)


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
    if zone == "-0000":
        at = at.replace(tzinfo=UTC)
    return _moment(at, raw.count(":") >= 2, offset, raw)


def _dotted(raw: str, offset: timedelta | None) -> Moment | None:
    match = _DOTTED.fullmatch(raw)
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    at = datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    if hour is None:
        return Moment(at.replace(tzinfo=UTC), "day", None, raw)
    at = at.replace(hour=int(hour), minute=int(minute), second=int(second or 0))
    if zone and zone.lower() in _ZONES:
        at = at.replace(tzinfo=timezone(timedelta(hours=_ZONES[zone.lower()])))
    return _moment(at, second is not None, offset, raw)


def _day(raw: str) -> Moment | None:
    match = _LOOSE_ISO.match(raw)
    if match is None or ":" in raw:
        return None
    return Moment(datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC), "day", None, raw)


def _words(raw: str, offset: timedelta | None) -> Moment | None:
    """Read a date in words, such as `Sept. 24, 2018 10:42 pm` or `3 mai 2024`; the import is slow, so it is late.

    Words without the name of a month or a date in figures are left alone: dateparser would try them in every language.
    """
    if not any(character.isdigit() for character in raw) or not (_FIGURES.search(raw) or names_month(raw)):
        return None
    import dateparser

    american = _AMERICAN.search(raw)
    text = raw[: american.start()] if american else raw
    at = dateparser.parse(text, settings={"STRICT_PARSING": True, "PARSERS": ["absolute-time"]})
    if at is not None and american and at.tzinfo is None:
        at = at.replace(tzinfo=_american(at, american[1]))
    return None if at is None else _moment(at, raw.count(":") >= 2, offset, raw)


def _american(at: datetime, zone: str) -> timezone:
    """Find the offset of `ET`, `CT`, `MT`, `PT`: summer time from 2nd Sunday of March to 1st of November."""
    march, november = datetime(at.year, 3, 8), datetime(at.year, 11, 1)
    start = march + timedelta(days=6 - march.weekday(), hours=2)
    stop = november + timedelta(days=6 - november.weekday(), hours=2)
    return timezone(timedelta(hours=-5 - "ECMP".index(zone[0]) + (start <= at < stop)))
