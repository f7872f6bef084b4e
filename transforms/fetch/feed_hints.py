"""What a feed and its server say about when to come again."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from transforms.fetch.feed_dates import known_date
from transforms.fetch.feed_records import Feed

PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class FeedHints(NamedTuple):
    """The feed's own hints."""

    ttl: int = 0  # minutes (RSS 2.0)
    update_period: str = ""  # hourly … yearly (RSS 1.0 syndication module)
    update_frequency: int = 1
    skip_hours: tuple[int, ...] = ()  # GMT
    skip_days: tuple[str, ...] = ()  # Monday …


def hints_of(feed: Feed) -> FeedHints:
    """Take the hints out of a feed."""
    return FeedHints(feed.ttl, feed.update_period, feed.update_frequency, feed.skip_hours, feed.skip_days)


def hints_as_text(hints: FeedHints) -> str:
    """Write hints as JSON; "" where there are none."""
    return "" if hints == FeedHints() else json.dumps(hints._asdict())


def hints_from_text(text: str) -> FeedHints:
    """Read what `hints_as_text` wrote."""
    said: dict[str, Any] = json.loads(text) if text else {}
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return FeedHints(**fields)


def fresh_seconds(hints: FeedHints, headers: Mapping[str, str], now: datetime) -> float:
    """Return for how many seconds feed and server want no further poll, 0 where they do not say.

    The longest of `<ttl>`, `sy:updatePeriod` by its frequency, and what HTTP caching gives (RFC 9111 §4.2).
    """
    period = PERIODS.get(hints.update_period, 0) / max(1, hints.update_frequency)
    return max(hints.ttl * 60.0, period, _cached_seconds(headers, now))


def _cached_seconds(headers: Mapping[str, str], now: datetime) -> float:
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    age = re.search(r"(?<![-\w])max-age\s*=\s*\"?(\d{1,10})", control)
    if age:
        return max(0.0, float(age[1]) - _number(headers.get("age", "")))
    expires = known_date(headers.get("expires", ""))
    if not expires:
        return 0.0
    return max(0.0, (expires - (known_date(headers.get("date", "")) or now)).total_seconds())


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,10}", text.strip()) else 0.0


def beyond_skipped(moment: datetime, hints: FeedHints) -> datetime:
    """Move a time out of the hours and days (GMT) in which the feed wants no poll (RSS 2.0); all of them is none.

    RSS 0.91 counts hours from 1 to 24, RSS 2.0 from 0 to 23: 24 is midnight in both.
    """
    hours = {hour % 24 for hour in hints.skip_hours if hour <= 24}
    days = {day for day in hints.skip_days if day in DAYS}
    if len(hours) >= 24 or len(days) >= 7:
        return moment
    while moment.hour in hours or DAYS[moment.weekday()] in days:
        step = timedelta(hours=1) if DAYS[moment.weekday()] not in days else timedelta(hours=24 - moment.hour)
        moment += step
    return moment
