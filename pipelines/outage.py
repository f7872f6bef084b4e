"""A store that is away, or refuses: said once, waited out, and its end said as well. No Beam."""

import logging
import time
from collections.abc import Callable
from typing import Final

from schemas.errors import SettingsError, StoreError

#: Seconds between two tries: at first, and at most.
FIRST: Final = 1.0
LONGEST: Final = 60.0
#: Seconds after which an outage is told again.
REMIND: Final = 3_600.0
#: Seconds for which a refusal (keys, rights) is waited for: keys are often changed in two places, one after the other.
PATIENCE: Final = 900.0
#: What S3 servers say to keys that are wrong.
REFUSALS: Final = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")


#: Errors in a row that are neither the store's nor the user's, after which it is given up.
UNKNOWN: Final = 3
LOG: Final = logging.getLogger("newsbeam.stream")


class Outage:
    """What is known of the store being away.

    Args:
        say: is told in one line when an outage begins, goes on for hours, and ends.
        clock: gives seconds.

    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._since: float | None = None
        self._told = 0.0
        self._refused: float | None = None
        self._unknowns = 0
        self.wait = 0.0  # seconds until the next try

    def goes_on(self, error: Exception) -> None:
        """Take notice of a try that failed; raises StoreError when waiting is of no use."""
        now = self._clock()
        if not isinstance(error, SettingsError | StoreError):
            error = self._unknown(error)
        self._refused = (now if self._refused is None else self._refused) if is_refusal(error) else None
        if self._refused is not None and now - self._refused >= PATIENCE:
            raise StoreError(f"refused for {PATIENCE / 60:.0f} minutes: {error}") from error
        if self._since is None or now - self._told >= REMIND:
            since = "" if self._since is None else f" for {(now - self._since) / 60:.0f} minutes now"
            self._say(f"waiting{since}, nothing is lost: {error}")
            self._told = now
        self._since = now if self._since is None else self._since
        self.wait = min(2 * self.wait, LONGEST) if self.wait else FIRST

    def over(self) -> None:
        """Take notice of a try that went well."""
        if self._since is not None:
            self._say(f"going on after {self._clock() - self._since:.0f} s")
        self._since = self._refused = None
        self._unknowns = 0
        self.wait = 0.0

    def _unknown(self, error: Exception) -> StoreError:
        """Count an error that is neither the store's nor the user's; raises StoreError when that goes on."""
        self._unknowns += 1
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = f"{type(error).__name__}: {lines[-1].strip()[:300] if lines else ''}"
        LOG.info("%s", reason, exc_info=error)
        if self._unknowns >= UNKNOWN:
            raise StoreError(f"failed {UNKNOWN} times in a row: {reason}") from error
        failed = StoreError(f"failed, trying again: {reason}")
        failed.__cause__ = error
        return failed


def is_refusal(error: Exception) -> bool:
    """Tell whether the store is there and does not let us in, or we have no keys, from a store that is away."""
    cause = error.__cause__
    if cause is None:
        return isinstance(error, SettingsError)
    return isinstance(cause, PermissionError) or getattr(cause, "code", "") in REFUSALS
