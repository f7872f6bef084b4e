"""Read local seed files into references."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas.records import Found, Reference, Refusal, Shard
from transforms import coders  # noqa: F401
from transforms.article.seeds import references, url_references


def found(item: Reference | tuple[Reference, Refusal]) -> Found:
    """Turn what a reader yields into a `Found`."""
    if isinstance(item, Reference):
        return Found(item)
    reference, refusal = item
    return Found(reference, refusal.outcome, refusal.reason)


def read_seeds(shard: Shard, source: str = "") -> Iterator[Found]:
    """Yield one `Found` for each record of a shard; a bad record or file comes with its outcome."""
    return map(found, references(shard, source))


def read_url_list(shard: Shard) -> Iterator[Found]:
    """Yield one `Found` for each address of a list file."""
    return map(found, url_references(shard))


@dataclass
class ReadSeeds(beam.PTransform):
    """Read shards of seed files (`Shard`) into references (`Found`).

    Args:
        source: publisher of all documents; without it each document's domain, else its folder.

    """

    source: str = ""

    def expand(self, shards: PCollection[Shard]) -> PCollection[Found]:
        """Apply `read_seeds` to each shard."""
        return shards | "Read shard" >> beam.FlatMap(read_seeds, source=self.source).with_output_types(Found)


@dataclass
class ReadUrlList(beam.PTransform):
    """Read shards of a list of addresses (`Shard`) into references (`Found`)."""

    def expand(self, shards: PCollection[Shard]) -> PCollection[Found]:
        """Apply `read_url_list` to each shard."""
        return shards | "Read list" >> beam.FlatMap(read_url_list).with_output_types(Found)
