"""Bring together the references that one worker has to read: those of one host, or of one file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas.records import Found
from transforms import coders  # noqa: F401
from transforms.fetch.hosts import host_key


def place(found: Found) -> str:
    """Name the registrable domain (else the host) a link is fetched from, or the file a record is in."""
    reference = found.reference
    return host_key(reference.url) if reference.kind == "link" and reference.url else reference.source_uri


def in_order(group: Iterable[Found]) -> Iterator[Found]:
    """Yield the references of one place in the order of their positions, so that a file is read from front to back."""
    return iter(sorted(group, key=lambda found: found.reference.position))


@dataclass
class GroupByPlace(beam.PTransform):
    """Group references (`Found`) by host or file and hand them on in reading order."""

    def expand(self, references: PCollection[Found]) -> PCollection[Found]:
        """Group by `place`, sort each group by position."""
        return (
            references
            | "Key by place" >> beam.WithKeys(place).with_output_types(tuple[str, Found])
            | "Group by place" >> beam.GroupByKey()
            | "Values" >> beam.Values()
            | "In order" >> beam.FlatMap(in_order).with_output_types(Found)
        )
