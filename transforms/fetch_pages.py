"""Fetch the pages that links name; everything else passes through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Found, Payload, Reference, Refusal, Refused
from schemas.settings import FetchSettings
from transforms.article.sniff import sniff
from transforms.fetch.client import Fetched
from transforms.fetching import fetch_each

#: What a link may lead to, by content.
KINDS = ("html", "text")


def payload_of(reference: Reference, result: Fetched | Refusal) -> Payload | Refused:
    """Make a document of what a server answered."""
    if isinstance(result, Refusal):
        return Refused(reference, "FetchPages", result.outcome, result.reason)
    kind = sniff(result.body)
    if kind not in KINDS:
        outcome = "empty" if kind == "empty" else "unsupported_type"
        return Refused(reference, "FetchPages", outcome, f"the page is of the kind {kind}", result.body)
    return Payload(
        reference._replace(kind=kind),
        result.body,
        datetime.now(UTC),
        result.headers.get("content-type", ""),
        result.final_url,
    )


class _Fetch(beam.DoFn):
    """Gathers the links of a bundle, then fetches them side by side, one host never more than the settings allow."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._deferred = Metrics.counter("newsbeam", "deferred")

    def start_bundle(self) -> None:
        self._links: list[tuple[Reference, Any, Any]] = []

    def process(
        self,
        document: Found | Payload | Refused,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Payload | Refused]:
        if isinstance(document, Found):
            self._links.append((document.reference, timestamp, window))
        else:
            yield document

    def finish_bundle(self) -> Iterator[WindowedValue]:
        urls = [reference.url for reference, _, _ in self._links]
        fetched = 0
        for index, result in fetch_each(urls, self._settings):
            reference, timestamp, window = self._links[index]
            fetched += 1
            yield WindowedValue(payload_of(reference, result), timestamp, (window,))
        self._deferred.inc(len(urls) - fetched)


@dataclass
class FetchPages(beam.PTransform):
    """Fetch each link (`Found`) into a `Payload` or `Refused`; those that are there already pass through.

    Args:
        settings: contact, deadlines, caps, how many at once.

    """

    settings: FetchSettings

    def expand(self, documents: PCollection) -> PCollection:
        """Fetch the links of a bundle at its end."""
        return documents | "Fetch page" >> beam.ParDo(_Fetch(self.settings))
