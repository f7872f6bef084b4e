"""The window that a document walks in: all time in a batch, one of many in a stream. Its files count together."""

from datetime import UTC, datetime
from typing import Any

from apache_beam.transforms.window import BoundedWindow, IntervalWindow
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Stamp


def in_window(element: Any, window: BoundedWindow) -> WindowedValue:
    """Give an element that leaves a room at the end of its bundle the window, and the window's last moment."""
    return WindowedValue(element, window.max_timestamp(), (window,))


def is_stream(window: BoundedWindow) -> bool:
    """Tell a window of a stream from the one of a batch."""
    return isinstance(window, IntervalWindow)


def stamp_in(stamp: Stamp, window: BoundedWindow) -> Stamp:
    """Return what is written into the rows of a window: in a stream it starts when the window does."""
    if not isinstance(window, IntervalWindow):
        return stamp
    # What says "today" says so each day anew.
    began = datetime.fromtimestamp(float(window.start), UTC)
    return stamp._replace(started_at=began, day=began.date() if stamp.day == stamp.started_at.date() else stamp.day)
