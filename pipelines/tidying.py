"""What a stream does for its lake once a day: small files become one, old pages go. No Beam."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from lake.maintain import maintain
from lake.raw import expire
from lake.store import open_store
from schemas.errors import SettingsError, StoreError
from schemas.settings import Settings
from transforms.stop import STOP

#: Seconds after the start of a stream, and between two times.
FIRST: Final = 600.0
EVERY: Final = 86_400.0
#: Seconds for which it may go on when somebody asks to stop; it may be interrupted anywhere.
GRACE: Final = 5.0


class _StoppedError(Exception):
    """Somebody asked to stop."""


class Tidying:
    """The daily maintenance of a lake.

    Args:
        settings: which lake, for how long pages are kept, for how long replaced files stay.
        say: is told in one line that it was done, or could not be.
        clock: gives seconds.

    """

    def __init__(
        self, settings: Settings, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._say = say
        self._clock = clock
        self._due = clock() + FIRST

    def when_due(self) -> None:
        """Do it where its time has come; a failure is told, and the next day tries again."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + EVERY
        work = threading.Thread(target=self._do, name="maintain", daemon=True)
        work.start()
        while work.is_alive() and not STOP.requested:
            work.join(0.2)
        work.join(GRACE)

    def _do(self) -> None:
        settings = self._settings
        began = time.monotonic()
        try:
            kept = settings.retention
            done = maintain(settings.lake, timedelta(days=kept.grace_days), _step, kept)
            if settings.raw_days:
                expire(open_store(settings.lake), int(settings.raw_days), datetime.now(UTC).date())
        except (SettingsError, StoreError) as error:
            self._say(f"the daily maintenance failed, and is tried again tomorrow: {error}")
        except _StoppedError:
            return
        else:
            fewer = sum(tidied.files_before - tidied.files_after for tidied in done.tables)
            self._say(f"daily maintenance: {fewer} files less, in {time.monotonic() - began:.1f} s")


def _step(_: str) -> None:
    if STOP.requested:
        raise _StoppedError
