"""Fetch the pages that links name; everything else passes through."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from lake.blocks import block_list
from lake.raw import RawWriter
from lake.store import open_store
from schemas.outcomes import FORGOTTEN
from schemas.records import Found, Payload, Reference, Refusal, Refused, Stamp
from schemas.settings import Settings
from transforms.article.sniff import sniff
from transforms.blocked import REASON, nameless, refused_as
from transforms.fetch.empty_pages import empty_page
from transforms.fetch.fetched import Fetched, Request
from transforms.fetch.opt_outs import joined, opt_outs
from transforms.fetch.pending import tried
from transforms.fetching import Closed, fetch_each
from transforms.windows import in_window, stamp_in

#: Name of the output that carries the names of written files.
FILES = "files"
#: What a link may lead to, by content.
KINDS = ("html", "text")


def payload_of(reference: Reference, result: Fetched | Refusal, tdm: str = "honour") -> Payload | Refused:
    """Make a document of what a server answered."""
    if isinstance(result, Refusal):
        return Refused(reference, "FetchPages", result.outcome, result.reason)
    kind = sniff(result.body)
    if kind not in KINDS:
        outcome = "empty" if kind == "empty" else "unsupported_type"
        return Refused(reference, "FetchPages", outcome, f"the page is of the kind {kind}", result.body)
    wishes = joined(result.opt_outs, opt_outs(result.headers, result.body))
    if wishes.tdm_reserved and tdm == "honour":
        reason = "the page reserves text and data mining" + (f", see {wishes.tdm_policy}" if wishes.tdm_policy else "")
        return Refused(reference, "FetchPages", "tdm_reserved", reason[:500])
    empty = empty_page(result.body) if kind == "html" else None
    if empty:
        return Refused(reference, "FetchPages", empty.outcome, empty.reason, result.body)
    return Payload(
        reference._replace(kind=kind),
        result.body,
        datetime.now(UTC),
        result.headers.get("content-type", ""),
        result.final_url,
        wishes,
    )


class _Fetch(beam.DoFn):
    """Gathers the links of a bundle, then fetches them side by side, one host never more than the settings allow."""

    def __init__(self, settings: Settings, stamp: Stamp, closed: Closed) -> None:
        self._settings = settings
        self._stamp = stamp
        self._closed = closed
        self._chance = random.Random()

    def setup(self) -> None:
        self._store = open_store(self._settings.lake)

    def start_bundle(self) -> None:
        self._links: list[tuple[Reference, Any, Any]] = []
        self._raw: dict[Any, RawWriter] = {}  # by window
        self._blocks = block_list(self._settings.lake)

    def process(
        self,
        document: Found | Payload | Refused,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Payload | Refused]:
        if isinstance(document, Found):
            self._links.append((document.reference, timestamp, window))
        elif isinstance(document, Refused):
            yield self._tried(document)
        else:
            yield document

    def finish_bundle(self) -> Iterator[WindowedValue | TaggedOutput]:
        requests = [Request(reference.url) for reference, _, _ in self._links]
        left = set(range(len(requests)))
        for index, result in fetch_each(requests, self._settings.fetch, self._closed()):
            reference, timestamp, window = self._links[index]
            left.discard(index)
            yield WindowedValue(self._document(reference, result, window), timestamp, (window,))
        for index in left:
            reference, timestamp, window = self._links[index]
            refused = Refused(reference, "FetchPages", "deferred", "the time of the run was over")
            yield WindowedValue(self._tried(refused), timestamp, (window,))
        for window, raw in self._raw.items():
            for written in raw.flush():
                yield TaggedOutput(FILES, in_window(written, window))

    def _document(self, reference: Reference, result: Fetched | Refusal, window: Any) -> Payload | Refused:
        urls = () if isinstance(result, Refusal) else (result.final_url,)
        if name := refused_as(self._blocks, reference.article_id, *urls):
            return Refused(nameless(reference, name), "FetchPages", FORGOTTEN, REASON)
        document = payload_of(reference, result, self._settings.fetch.tdm)
        if isinstance(document, Refused):
            return self._tried(document, result.wait if isinstance(result, Refusal) else 0.0)
        if isinstance(result, Fetched) and self._settings.raw_days > 0:
            page = (result.url, result.final_url, document.fetched_at, result.status, result.headers, result.body)
            return document._replace(raw=self._raw_of(window).add(*page))
        return document

    def _raw_of(self, window: Any) -> RawWriter:
        if window not in self._raw:
            stamp = stamp_in(self._stamp, window)
            self._raw[window] = RawWriter(self._store, stamp.run_id, stamp.started_at.date())
        return self._raw[window]

    def _tried(self, refused: Refused, wait: float = 0.0) -> Refused:
        return tried(refused, datetime.now(UTC), self._chance.random(), self._settings.feeds, wait)


@dataclass
class FetchPages(beam.PTransform):
    """Fetch each link (`Found`) into a `Payload` or `Refused`; those that are there already pass through.

    The output `files` are the names of the WARC files with the pages as they came.

    Args:
        settings: contact, deadlines, caps, how many at once; the lake that keeps the pages.
        stamp: the run's.
        closed: gives the hosts that refuse, with the UNIX times until which they do.

    """

    settings: Settings
    stamp: Stamp
    closed: Closed

    def expand(self, documents: PCollection) -> Any:
        """Fetch the links of a bundle at its end."""
        return documents | "Fetch page" >> beam.ParDo(_Fetch(self.settings, self.stamp, self.closed)).with_outputs(
            FILES, main="documents"
        )
