"""The wish to stop: set by a signal, or by the end of a slice's time; read where references are handed out.

What is not handed out has no outcome and stays due. What is in hand is finished and committed.
"""

import threading
import time


class Stop:
    """Tell whether no further reference shall be handed out."""

    def __init__(self) -> None:
        self._requested = threading.Event()
        self._asked = float("inf")
        self._deadline = float("inf")

    @property
    def requested(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._requested.is_set()

    @property
    def due(self) -> bool:
        """Tell whether the time is over, or somebody asked to stop."""
        return self.requested or time.monotonic() > self._deadline

    def request(self) -> None:
        """Ask to stop; safe within a signal handler."""
        self._asked = min(self._asked, time.monotonic())
        self._requested.set()

    def asked_for(self, seconds: float) -> bool:
        """Tell whether somebody asked to stop so many seconds ago."""
        return time.monotonic() - self._asked >= seconds

    def wait(self, seconds: float) -> bool:
        """Sleep until somebody asks to stop, so many seconds at most; tell whether somebody has."""
        return self._requested.wait(seconds)

    def allow(self, seconds: float) -> None:
        """Start a slice that may hand out references for so long."""
        self._deadline = time.monotonic() + seconds

    def clear(self) -> None:
        """Forget the wish."""
        self._requested.clear()
        self._asked = float("inf")
        self._deadline = float("inf")


#: This process's. Workers of a cluster never set theirs.
STOP = Stop()
