"""The dates of feeds: the known formats first, then any language that dateparser reads."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import struct_time
from typing import Final

from feedparser.datetimes import _parse_date

#: Zone names that feedparser takes for UTC (offsets in common use; IST as in India).
ZONES: Final = {
    "WEST": "+0100",
    "BST": "+0100",
    "CET": "+0100",
    "MEZ": "+0100",
    "CEST": "+0200",
    "MESZ": "+0200",
    "EET": "+0200",
    "SAST": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "TRT": "+0300",
    "IRST": "+0330",
    "PKT": "+0500",
    "IST": "+0530",
    "WIB": "+0700",
    "HKT": "+0800",
    "SGT": "+0800",
    "JST": "+0900",
    "KST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
    "BRT": "-0300",
    "AKST": "-0900",
    "AKDT": "-0800",
    "HST": "-1000",
}
#: Characters of the longest date that is looked at.
LONGEST: Final = 80
#: Dates before this year are empty fields of a database, not news.
FIRST_YEAR: Final = 1980
#: Dates of one feed that dateparser may fail on, at some 15 ms each.
GUESSES: Final = 10
#: Languages that are tried beside the feed's own; each one that is loaded takes time once in a process.
_LANGUAGES: Final = "en es fr de pt it nl ru pl tr ar id sv da nb fi cs ro hu el uk vi ja ko zh hi fa he"
LANGUAGES: Final = _LANGUAGES.split()
GUESSING: Final = {
    "TIMEZONE": "UTC",
    "TO_TIMEZONE": "UTC",
    "RETURN_AS_TIMEZONE_AWARE": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "PARSERS": ["custom-formats", "absolute-time"],
}


_MONTHS: Final = {
    name: number for number, name in enumerate(re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec"), 1)
}
#: The dates of most feeds (RFC 822, with the years of RFC 1123).
_USUAL: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|([+-])(\d\d)([0-5]\d))"
)


class DateReader:
    """Reads the dates of one feed; gives up on guessing after a number of failures, since each takes long."""

    def __init__(self, language: str = "") -> None:
        self.language = language
        self._guesses_left = GUESSES

    def read(self, raw: str) -> datetime | None:
        """Read a date as `feed_date` does."""
        if not raw:
            return None
        found = known_date(raw)
        if found or not _is_candidate(raw) or self._guesses_left <= 0:
            return found
        found = guessed_date(raw, self.language)
        self._guesses_left -= found is None
        return found


def feed_date(raw: str, language: str = "") -> datetime | None:
    """Read a date of a feed as UTC; one without a zone counts as UTC, one without a time as midnight.

    `language` (such as pt-BR) helps with month names. Relative dates ("yesterday") are not read. Never raises.
    """
    return DateReader(language).read(raw)


def known_date(raw: str) -> datetime | None:
    """Read ISO 8601, RFC 822, asctime, seconds since 1970 and the other formats that feedparser knows."""
    raw = raw.strip()
    return _sane(_usual(raw) or _iso(raw) or _epoch(raw) or _known(_with_offset(raw))) if _is_candidate(raw) else None


@lru_cache(maxsize=4096)
def guessed_date(raw: str, language: str = "") -> datetime | None:
    """Read a date in its own language's words and order, the feed's language first; takes milliseconds."""
    import dateparser  # takes a third of a second to import, and is seldom needed

    short = re.split("[-_]", language.strip())[0].lower()
    for languages in ([short], LANGUAGES) if short else (LANGUAGES,):
        try:
            found: datetime | None = dateparser.parse(raw.strip(), languages=languages, settings=GUESSING)
        except (ValueError, OverflowError, TypeError, LookupError):
            found = None
        if found:
            return _sane(found.astimezone(UTC))
    return None


def _is_candidate(raw: str) -> bool:
    return len(raw) <= LONGEST and any(character.isdigit() for character in raw)


def _sane(found: datetime | None) -> datetime | None:
    return found if found and found.year >= FIRST_YEAR else None


def _usual(raw: str) -> datetime | None:
    found = _USUAL.fullmatch(raw)
    if not found or found[2] not in _MONTHS or (found[8] and int(found[8]) > 14):
        return None
    day, year, hour, minute, second = map(int, found.group(1, 3, 4, 5, 6))
    try:
        moment = datetime(year, _MONTHS[found[2]], day, hour, minute, second, tzinfo=UTC)
        offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
        return moment + offset if found[7] == "-" else moment - offset
    except (ValueError, OverflowError):
        return None


def _iso(raw: str) -> datetime | None:
    try:
        found = None if raw.isdigit() and len(raw) != len("20260217") else datetime.fromisoformat(raw)
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _epoch(raw: str) -> datetime | None:
    if not re.fullmatch(r"\d{10}|\d{13}", raw):
        return None
    return datetime.fromtimestamp(int(raw[:10]), UTC)


def _with_offset(raw: str) -> str:
    name = re.search(r"\s\(?([A-Z]{3,5})\)?$", raw)
    return raw[: name.start()] + " " + ZONES[name.group(1)] if name and name.group(1) in ZONES else raw


def _known(raw: str) -> datetime | None:
    if raw.isdigit():
        return None
    found: struct_time | None = _parse_date(raw)
    try:
        return datetime(*found[:6], tzinfo=UTC) if found else None
    except (ValueError, TypeError):
        return None
