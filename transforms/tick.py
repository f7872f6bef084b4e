"""The clock of a stream: one tick a window, until somebody asks it to stop."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from apache_beam.utils.timestamp import Timestamp

from lake.store import open_store
from schemas.settings import LakeSettings
from transforms.stop import STOP

#: Seconds between two looks at the wish to stop: in this process, and in the lake.
LOOK: Final = 0.5
LOOK_IN_LAKE: Final = 10.0
END: Final = 2**40
_FOLDER: Final = "_drain"


def ask_to_drain(lake: LakeSettings, run_id: str) -> None:
    """Ask the clock of a run to stop, wherever it runs; raises StoreError."""
    open_store(lake).put(f"{_FOLDER}/{run_id}", b"")


def has_drained(lake: LakeSettings, run_id: str) -> None:
    """Take the wish away; raises StoreError."""
    open_store(lake).delete(f"{_FOLDER}/{run_id}")


class _Whole(OffsetRestrictionTracker):
    """Ticks that only the clock itself parts, into those that were and those to come: there is one clock."""

    def try_split(self, fraction_of_remainder: float) -> Any:
        return super().try_split(0) if not fraction_of_remainder else None


class _Ticks(RestrictionProvider):
    """The ticks from now on: tick n is the window that begins n times `every` seconds after 1970."""

    def initial_restriction(self, every: float) -> OffsetRange:
        return OffsetRange(int(time.time() // every), END)

    def create_tracker(self, restriction: OffsetRange) -> _Whole:
        return _Whole(restriction)

    def restriction_size(self, every: float, restriction: OffsetRange) -> int:
        return max(0, int(time.time() // every) - int(restriction.start))

    def truncate(self, every: float, restriction: OffsetRange) -> None:
        """End at once when the runner drains the job."""


class _Tick(beam.DoFn):
    """Gives the number of each tick once its time has come; ticks that were missed are left out.

    The watermark goes to the next window with each tick: nothing is ever late, a window closes when its work is done.
    """

    def __init__(self, lake: LakeSettings, run_id: str) -> None:
        self._lake = lake
        self._run_id = run_id
        self._looked = 0.0

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        every: float,
        tracker: Any = beam.DoFn.RestrictionParam(_Ticks()),  # noqa: B008  as Beam wants it
        watermark: Any = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider()),  # noqa: B008
    ) -> Iterator[TimestampedValue]:
        first = int(tracker.current_restriction().start)
        if self._is_over():
            tracker.try_claim(END)
            return
        now = time.time()
        tick = int(now // every)
        if tick >= first:
            if not tracker.try_claim(tick):
                return
            yield TimestampedValue(tick, Timestamp(tick * every))
            first = tick + 1
        upcoming = Timestamp(first * every)
        if watermark.current_watermark() is None or watermark.current_watermark() < upcoming:
            watermark.set_watermark(upcoming)
        tracker.defer_remainder(Timestamp(min(first * every, now + LOOK)))

    def _is_over(self) -> bool:
        if STOP.requested:
            return True
        if time.monotonic() < self._looked + LOOK_IN_LAKE:
            return False
        self._looked = time.monotonic()
        return any(open_store(self._lake).list(f"{_FOLDER}/{self._run_id}"))


@dataclass
class Tick(beam.PTransform):
    """Give the number of each window (int) when it begins.

    Args:
        every: seconds between two ticks; the length of a window.
        lake: where the wish to stop may stand.
        run_id: the run that is asked to stop.

    """

    every: float
    lake: LakeSettings
    run_id: str

    def expand(self, root: Any) -> PCollection[int]:
        """Start the one clock."""
        return (
            root
            | "Clock" >> beam.Create([self.every])
            | "Tick" >> beam.ParDo(_Tick(self.lake, self.run_id)).with_output_types(int)
            | "Windows" >> beam.WindowInto(FixedWindows(self.every))
        )
