"""What the tests of maintenance and erasure run in processes of their own."""

import os
import signal
from datetime import timedelta
from typing import Any

from lake_rows import ingest

from lake.forget import forget
from lake.maintain import maintain
from newsbeam.commands.forget import request_of
from schemas.settings import LakeSettings

#: Nobody reads: what was replaced goes at once.
AT_ONCE = timedelta(0)


def die_at(step: str) -> Any:
    """Return what kills this process when a step is reached."""

    def reached(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def maintain_until(settings: LakeSettings, step: str) -> None:
    """Maintain a lake, and be killed at a step."""
    maintain(settings, AT_ONCE, die_at(step))


def maintain_for_ever(settings: LakeSettings, barrier: Any) -> None:
    """Maintain a lake until killed, keeping what is replaced."""
    barrier.wait(60)
    while True:
        maintain(settings, timedelta(days=1))


def ingest_in_turns(settings: LakeSettings, numbers: list[int], barrier: Any) -> None:
    """Ingest some articles, a run each."""
    barrier.wait(60)
    for number in numbers:
        ingest(settings, [number], slices=1)


def forget_until(settings: LakeSettings, url: str, step: str) -> None:
    """Erase an article, and be killed at a step."""
    forget(settings, request_of([url], [], True), die_at(step))
