"""Keep at most so many references."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from schemas.records import Found
from transforms import coders  # noqa: F401
from transforms.fetch.pending import may_wait


def take_first(group: Iterable[Found], count: int) -> Iterator[Found]:
    """Yield the first `count` to be read, by name of file and position whatever the order they come in; the rest waits.

    A link beyond the limit is `deferred`: the feed may not name it again, so the ledger has to remember it. A local
    document is read again with its file.
    """
    ordered = sorted(group, key=lambda found: (found.reference.source_uri, found.reference.position))
    left = count
    for found in ordered:
        if found.outcome:  # its way has ended already
            yield found
        elif left > 0:
            left -= 1
            yield found
        elif may_wait(found.reference):
            yield found._replace(outcome="deferred", reason="beyond the limit of the run")


class _Take(beam.DoFn):
    def __init__(self, count: int) -> None:
        self._count = count
        self._left = Metrics.counter("newsbeam", "left")

    def process(self, group: Iterable[Found]) -> Iterator[Found]:
        together = list(group)
        kept = list(take_first(together, self._count))
        self._left.inc(len(together) - len(kept))
        yield from kept


def _one_key(_: Found) -> str:
    return ""


@dataclass
class TakeFirst(beam.PTransform):
    """Pass on at most `count` references (`Found`), and the links beyond them as `deferred`; 0 passes on all.

    Args:
        count: how many.

    """

    count: int

    def expand(self, references: PCollection[Found]) -> PCollection[Found]:
        """Bring the small references to one key and take the first."""
        if not self.count:
            return references
        return (
            references
            | "One key" >> beam.WithKeys(_one_key).with_output_types(tuple[str, Found])
            | "Together" >> beam.GroupByKey()
            | "Values" >> beam.Values()
            | "First" >> beam.ParDo(_Take(self.count)).with_output_types(Found)
        )
