"""When a link that failed is tried again by a later run, and when that is given up."""

from datetime import datetime, timedelta
from typing import Final

from schemas.outcomes import PENDING
from schemas.records import Reference, Refused
from schemas.settings import FeedSettings

#: The first wait; each further one is four times as long.
FIRST_WAIT: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = timedelta(days=1)


def tried(refused: Refused, now: datetime, chance: float, settings: FeedSettings, wait: float = 0.0) -> Refused:
    """Say of a link that failed when its next try is due, or that it is given up; anything else comes back as it is.

    `wait` are the seconds the server asked for, 0 where it did not; they are kept even beyond the days of retrying.
    `chance`, 0 to 1, spreads the links of one host. What was deferred has not been tried and is due at once.
    """
    reference = refused.reference
    if reference.kind != "link" or refused.outcome not in PENDING:
        return refused
    first = datetime.fromisoformat(reference.first_seen_at) if reference.first_seen_at else now
    marked = reference._replace(first_seen_at=first.isoformat())
    if refused.outcome == "deferred":
        return refused._replace(reference=marked, retry_at=now)
    marked = marked._replace(attempt=reference.attempt + 1)
    end = first + timedelta(settings.retry_days)
    if now >= end:
        tries = f"{marked.attempt} {'try' if marked.attempt == 1 else 'tries'}"
        reason = f"{refused.outcome} after {tries} in {(now - first).days} days: {refused.reason}"
        return refused._replace(reference=marked, outcome="gave_up", reason=reason[:500])
    if wait:
        return refused._replace(reference=marked, retry_at=now + timedelta(seconds=wait * (1 + chance / 10)))
    back_off = min(FIRST_WAIT * 4 ** min(reference.attempt, 9), LONGEST_WAIT) * (0.75 + chance / 2)
    return refused._replace(reference=marked, retry_at=min(now + back_off, end))


def may_wait(reference: Reference) -> bool:
    """Tell whether a reference that can not be read now may be left for a later run: a link, which the ledger keeps."""
    return reference.kind == "link"
