"""Wait for a store that is away, no longer than the settings' patience.

Pauses grow from a fifth of a second to five. What will not pass, a wrong key or a full disk, is not waited for.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from schemas.errors import StoreError

T = TypeVar("T")

_FIRST = 0.2  # seconds
_LONGEST = 5.0


class Verdict(NamedTuple):
    """What a failed request means."""

    line: str  # for the user: names the lake and the remedy
    passing: bool  # whether the same request may succeed later


def patiently(
    seconds: float, action: Callable[[], T], judge: Callable[[Exception], Verdict], *failures: type[Exception]
) -> T:
    """Repeat a harmless action that ends in one of the failures for as long as they may pass.

    Raises StoreError with the judge's line after so many seconds, or at once for a failure that will not pass. What the
    judge raises itself, and every other exception, goes through.
    """
    deadline = time.monotonic() + seconds
    pause = _FIRST
    while True:
        try:
            return action()
        except failures as error:
            verdict = judge(error)
            if not verdict.passing or time.monotonic() + pause > deadline:
                raise StoreError(verdict.line) from error
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST)
