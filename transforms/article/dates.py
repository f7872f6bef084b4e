"""Publication times: which of the times that a page, a feed or a record wrote is to be believed.

A page's strict date (JSON-LD, `<meta>`) counts when htmldate, which looks at everything, lands within a day of it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from transforms.article.moments import Moment, parse_moment

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=1)  # a date further in the future than this is no date of publication
_LONGEST: Final = 100  # characters that are kept of words that are no time

#: Sources whose word must agree to a day with htmldate, and one whose word must be of the very day.
_GATED: Final = {"json-ld": timedelta(days=1), "meta": timedelta(days=1), "text": timedelta()}


class Claim(NamedTuple):
    """What one source says about the time of publication."""

    raw: str
    source: str  # json-ld | meta | feed | record | text | htmldate | url


class Published(NamedTuple):
    """The time that is believed, or only the raw words when it can not be.

    `offset` is what these very words say. Where they say nothing, `at` is reckoned with the offset that another time of
    the same page names, else as UTC, and `offset` stays None. When the words can not be true, `flag` says why, `raw`
    keeps them, and `at` is a day that htmldate found elsewhere (`source` then is `htmldate`), or None.
    """

    at: datetime | None = None
    precision: str = ""
    source: str = ""
    raw: str = ""
    offset: int | None = None  # minutes east of UTC, None when it was not written
    flag: str = ""  # why the words can not be: future | past


def plausible(at: datetime, now: datetime) -> bool:
    """Tell whether an article read at `now` can have been published at `at`."""
    return not flag_of(at, now)


def flag_of(at: datetime, now: datetime) -> str:
    """Say why an article read at `now` can not have been published at `at`: `future`, `past`, or "" when it can."""
    if at < EARLIEST:
        return "past"
    return "future" if at > now + AHEAD else ""


def choose_published(
    claims: Iterable[Claim], now: datetime, offset: timedelta | None, guess: Callable[[], str] | None = None
) -> Published:
    """Take the first claim that can be true and, for a page, agrees to a day with the date that `guess` finds.

    `guess` gives the day as htmldate sees it (`YYYY-MM-DD`, or "") and is asked once. When no claim holds, its day is
    taken. When nothing can be true, the first words that can not be are kept with their flag, else the first words.
    """
    claims = [claim for claim in claims if claim.raw.strip()]
    found = parse_moment(guess()) if guess is not None else None
    if found is not None and not plausible(found.at, now):
        found = None
    wrong: Published | None = None
    for raw, source in claims:
        moment = parse_moment(raw, offset)
        if moment is None:
            continue
        flag = flag_of(moment.at, now)
        if flag:
            wrong = wrong or Published(None, "", source, raw.strip()[:_LONGEST], moment.minutes, flag)
        elif _agrees(moment, found, source):
            return Published(moment.at, moment.precision, source, raw.strip()[:_LONGEST], moment.minutes)
    if found is not None:
        if wrong is not None:
            return wrong._replace(at=found.at, precision="day", source="htmldate", offset=None)
        return Published(found.at, "day", "htmldate", found.raw)
    first = claims[0] if claims else Claim("", "")
    return wrong or Published(raw=first.raw.strip()[:_LONGEST], source=first.source)


def with_feed(own: Published, raw: str, now: datetime) -> Published:
    """Add what a feed said of the link (`raw`): it counts where the page has no time of day, or no date at all.

    It must be of the day that the page names, give or take two, and have a time of day itself or stand alone.
    """
    if not raw.strip() or own.precision in {"second", "minute"}:
        return own
    said = choose_published([Claim(raw, "feed")], now, None)
    if said.at is None:
        return own if own.at is not None or own.raw else said
    if own.at is not None and (abs(said.at - own.at) > 2 * AHEAD or said.precision == "day"):
        return own
    return said


def _agrees(moment: Moment, found: Moment | None, source: str) -> bool:
    return found is None or source not in _GATED or abs(moment.day - found.day) <= _GATED[source]
