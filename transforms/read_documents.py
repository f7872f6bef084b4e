"""Read the bytes of local documents; links pass through."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from schemas.outcomes import DUPLICATE
from schemas.records import Found, Payload, Refusal, Refused, Stamp
from transforms.article.seeds import SeedReader
from transforms.fetch.pending import may_wait
from transforms.stop import STOP


def read_document(found: Found, reader: SeedReader, stamp: Stamp) -> Payload | Refused:
    """Read one local document, or say why not; of a refused record the bytes go with it where they can be read."""
    payload = reader.read(found.reference, stamp.started_at)
    data = payload.data if isinstance(payload, Payload) else b""
    if found.outcome:
        return Refused(found.reference, "ReadSeeds", found.outcome, found.reason, data)
    if isinstance(payload, Refusal):
        return Refused(found.reference, "ReadDocuments", payload.outcome, payload.reason)
    return payload


class _Read(beam.DoFn):
    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._left = Metrics.counter("newsbeam", "left")
        self._deferred = Metrics.counter("newsbeam", "deferred")
        self._handed_out = Metrics.counter("newsbeam", "handed_out")

    def start_bundle(self) -> None:
        self._reader = SeedReader()

    def process(self, found: Found) -> Iterator[Found | Payload | Refused]:
        reference, outcome = found.reference, found.outcome
        if STOP.due and not may_wait(reference):
            self._deferred.inc()
            self._left.inc()
            return
        if STOP.due and not outcome:
            outcome, found = "deferred", found._replace(outcome="deferred", reason="the time of the run was over")
        self._handed_out.inc(0 if outcome else 1)
        if reference.kind == "link" and not outcome:
            yield found
        elif outcome in (DUPLICATE, "deferred"):
            yield Refused(reference, "Deduplicate", outcome, found.reason)
        elif reference.kind in ("link", "feed"):
            step = "ReadFeeds" if reference.feed_url else "ReadUrlList"
            yield Refused(reference, step, outcome, found.reason)
        else:
            yield read_document(found, self._reader, self._stamp)


@dataclass
class ReadDocuments(beam.PTransform):
    """Read references (`Found`) into `Payload` or `Refused`; a link stays a `Found` for `FetchPages`.

    When the time is over, links end as `deferred`, and local documents are left for the next slice.

    Args:
        stamp: the run's; its start is the time of reading.

    """

    stamp: Stamp

    def expand(self, references: PCollection[Found]) -> PCollection:
        """Apply `read_document` to each local reference until the time is over."""
        return references | "Read document" >> beam.ParDo(_Read(self.stamp))
