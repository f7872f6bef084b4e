"""A store that is away, or refuses: said once, waited out, and its end said as well. No Beam."""

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
        self.wait = 0.0  # seconds until the next try

    def goes_on(self, error: SettingsError | StoreError) -> None:
        """Take notice of a try that failed; raises StoreError when waiting is of no use."""
        now = self._clock()
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
        self.wait = 0.0


def is_refusal(error: Exception) -> bool:
    """Tell whether the store is there and does not let us in, or we have no keys, from a store that is away."""
    cause = error.__cause__
    if cause is None:
        return isinstance(error, SettingsError)
    return isinstance(cause, PermissionError) or getattr(cause, "code", "") in REFUSALS
