"""Whether a request that failed is tried once more, and after how long."""

import random
from typing import Final

from schemas.settings import FetchSettings
from transforms.fetch.trip import Trip
from transforms.fetch.trouble import TroubleError

#: Seconds within which the first try more comes at random; each further one doubles them.
BACK_OFF: Final = 0.5
#: Seconds of the longest back-off.
LONGEST: Final = 8.0
#: Outcomes that are tried once more at most.
ONCE: Final = frozenset({"dns", "bad_http"})


def pause_before_retry(trouble: TroubleError, trip: Trip, tried: int, settings: FetchSettings) -> float | None:
    """Return the seconds until the next try after `tried` of them, `None` where there is none.

    A server's own wish is followed once, when it is short enough. Else exponential back-off with full jitter
    (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), within the total deadline.
    """
    outcome = trouble.refusal.outcome
    most = settings.tries if outcome == "rate_limited" else min(trip.tries, 2) if outcome in ONCE else trip.tries
    if trouble.wait is None or tried >= most:
        return None
    if trouble.wait > 0:
        patience = 0.0 if trip.waited else min(settings.patience, trip.seconds_left)
        return trouble.wait if trouble.wait <= patience else None
    pause = random.uniform(0.0, min(LONGEST, BACK_OFF * 2 ** (tried - 1)))
    return pause if pause < trip.seconds_left else None
