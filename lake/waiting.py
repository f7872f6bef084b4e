"""What is pending: links whose last try failed in a way that may pass, each with the time of its next one."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from schemas.records import Reference

COLUMNS: Final = ("reference_id", "outcome", "seen_at", "retry_at", "retry")


class Wait(NamedTuple):
    """One link that waits."""

    retry_at: datetime  # UTC
    seen_at: datetime  # UTC, start of the run that tried it last
    outcome: str
    retry: str  # JSON of its `Reference`

    @property
    def reference(self) -> Reference:
        """What is tried again."""
        fields = json.loads(self.retry)
        return Reference(**{name: fields[name] for name in Reference._fields if name in fields})


class Waiting:
    """The last wait of every reference; those that came to an end meanwhile are sorted out by who asks."""

    def __init__(self) -> None:
        self._waits: dict[str, Wait] = {}

    def take_in(self, rows: pa.Table) -> None:
        """Add rows of `outcomes` (`COLUMNS`)."""
        for row in rows.filter(pc.is_valid(rows["retry_at"])).select(COLUMNS).to_pylist():
            wait = Wait(row["retry_at"], row["seen_at"], row["outcome"], row["retry"])
            before = self._waits.get(row["reference_id"])
            if before is None or (wait.seen_at, wait.retry_at) > (before.seen_at, before.retry_at):
                self._waits[row["reference_id"]] = wait

    def get(self, reference_id: str) -> Wait | None:
        """Return the last wait of a reference."""
        return self._waits.get(reference_id)

    def items(self) -> Iterator[tuple[str, Wait]]:
        """Yield (reference_id, wait) in the order of the times they are due."""
        yield from sorted(self._waits.items(), key=lambda item: (item[1].retry_at, item[0]))
