"""Let every document through once: within this slice, and against what the lake holds already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from lake.known import known
from schemas.outcomes import DUPLICATE
from schemas.records import Found
from schemas.settings import LakeSettings
from transforms import coders  # noqa: F401


def first_and_rest(group: Iterable[Found]) -> Iterator[Found]:
    """Yield the first of documents that are the same, and the others as duplicates.

    The order is by name, so that it does not depend on the order in which they were read.
    """
    first, *rest = sorted(group, key=lambda found: (found.reference.source_uri, found.reference.position))
    yield first
    for other in rest:
        if (other.reference.source_uri, other.reference.position) != (
            first.reference.source_uri,
            first.reference.position,
        ):
            yield Found(other.reference, DUPLICATE, f"same as {first.reference.source_uri}"[:500])


class _DropKnown(beam.DoFn):
    def __init__(self, lake: LakeSettings) -> None:
        self._lake = lake
        self._dropped = Metrics.counter("newsbeam", "known")

    def setup(self) -> None:
        self._known = known(self._lake)

    def process(self, found: Found) -> Iterator[Found]:
        if found.reference.reference_id in self._known:
            self._dropped.inc()
        else:
            yield found


def _reference_id(found: Found) -> str:
    return found.reference.reference_id


@dataclass
class Deduplicate(beam.PTransform):
    """Pass on each reference (`Found`) once; the lake's own (by `lake.known`) are counted as `known` and end here.

    Args:
        lake: the lake to compare with.

    """

    lake: LakeSettings

    def expand(self, references: PCollection[Found]) -> PCollection[Found]:
        """Drop the known ones, then group the small references by their id."""
        return (
            references
            | "Drop known" >> beam.ParDo(_DropKnown(self.lake)).with_output_types(Found)
            | "Key by reference" >> beam.WithKeys(_reference_id).with_output_types(tuple[str, Found])
            | "Group the same" >> beam.GroupByKey()
            | "Values" >> beam.Values()
            | "First of each" >> beam.FlatMap(first_and_rest).with_output_types(Found)
        )
