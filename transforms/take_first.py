"""Keep at most so many references."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas.records import Found
from transforms import coders  # noqa: F401


def take_first(group: Iterable[Found], count: int) -> Iterator[Found]:
    """Yield the first `count` by name of file and position, whatever the order they come in."""
    return iter(nsmallest(count, group, key=lambda found: (found.reference.source_uri, found.reference.position)))


def _one_key(_: Found) -> str:
    return ""


@dataclass
class TakeFirst(beam.PTransform):
    """Pass on at most `count` references (`Found`); 0 passes on all.

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
            | "First" >> beam.FlatMap(take_first, count=self.count).with_output_types(Found)
        )
