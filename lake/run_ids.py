"""Names of runs: time and chance, and the role of those that keep the lake in order."""

import secrets
from datetime import UTC, datetime


def new_id(started_at: datetime, role: str) -> str:
    """Make an id of at most 32 characters, so that what the log's statistics say of it is the whole of it.

    Ids sort by the time of their start, to the microsecond: of two runs of a role the second yields.
    """
    moment = f"{started_at:%Y%m%dT%H%M%S%f}"
    return f"{moment}{secrets.token_hex(1)}-{role}" if role else f"{moment}{secrets.token_hex(5)}"


def started_at(run_id: str) -> datetime | None:
    """Read the time of a run's start out of its id, None where it is none of ours."""
    for form, length in (("%Y%m%dT%H%M%S%f", 21), ("%Y%m%dT%H%M%S", 15)):
        try:
            return datetime.strptime(run_id[:length], form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
