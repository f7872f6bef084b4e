"""Maintain the lake of a process that goes on and on, once a day."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from lake.maintain import Maintained, maintain
from schemas.settings import Settings

DAY: Final = 86_400.0  # seconds


class Daily:
    """The maintenance of one process: a day after its start, then every day.

    Args:
        settings: the lake, and how long what is kept in it.
        clock: tells the seconds that have passed.

    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._last = clock()

    def maintain(self) -> Maintained | None:
        """Maintain the lake if a day is over, else do nothing; a failure is not repeated before the next day.

        Raises:
            StoreError: it failed midway; what is done stays.

        """
        if self._clock() < self._last + DAY:
            return None
        self._last = self._clock()
        kept = self._settings.retention
        return maintain(self._settings.lake, timedelta(days=kept.grace_days), kept=kept)
