"""How a stream goes, and what it tells. No Beam."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipelines.summary import Summary


@dataclass(frozen=True)
class Pace:
    """How often a stream looks, and where else than at the lake."""

    every: float = 300.0  # seconds between two looks at what is due; a window on Prism and Flink
    watch: Path | None = None  # a folder whose new and changed files are read


class Batch(NamedTuple):
    """What one batch or window has done."""

    number: int  # from 1
    summary: Summary
    seconds: float | None  # that a batch took


#: Is told of each batch, and in one line of whatever a person should know.
Told = Callable[[Batch], None]
Say = Callable[[str], None]
