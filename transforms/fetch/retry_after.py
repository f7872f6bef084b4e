"""Read the Retry-After header (RFC 9110 §10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from transforms.fetch.feed_dates import known_date


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds to wait: a number, or one of the three forms of an HTTP date; `None` for nonsense.

    A date in the past means now. A number may have a fraction, which some servers send.
    """
    value = value.strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", value):
        return float(value)
    moment = _http_date(value)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _http_date(value: str) -> datetime | None:
    if len(value) > 60 or not re.match(r"[A-Z][a-z]{2}", value):
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return known_date(value)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
