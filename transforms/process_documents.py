"""Turn bytes into articles: extract, take out boilerplate, tag; in the pool of killable workers."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.utils.windowed_value import WindowedValue

from lake.lines import LineBook, line_book
from schemas.outcomes import DEFERRED
from schemas.records import Article, Payload, Processed, Reference, Refusal, Refused
from schemas.settings import FeedSettings, LakeSettings, ProcessSettings
from transforms.article.ids import article_id, digest
from transforms.article.own_url import usable_url
from transforms.article.process import process, publisher_of
from transforms.fetch.pending import may_wait, tried
from transforms.fetch.urls import domain, url_key
from transforms.in_flight import InFlight
from transforms.pool import Pool, shared_pool


def canonical_id(reference: Reference, canonical_url: str, final_url: str) -> str:
    """Name the article of a page that was fetched: by its rel=canonical where that can be believed, else as before.

    It is believed within the page's own domain, when it names a page of its own (`usable_url`), and none above the page
    in its path: templates that are broken give the front page or the section for every article.
    """
    canonical, here = usable_url(canonical_url), final_url or reference.url
    if not canonical or domain(canonical) != domain(here):
        return reference.article_id
    above, path = (urlsplit(url).path.rstrip("/") for url in (canonical, here))
    return reference.article_id if path.startswith(f"{above}/") else article_id(url_key(canonical), "")


def settle(payload: Payload, result: Any) -> Processed | Refused:
    """Join what came out of the pool with the document it belongs to."""
    reference = payload.reference
    if isinstance(result, Article):
        if not reference.raw_hash:  # a link: what it names was not known before
            reference = reference._replace(article_id=canonical_id(reference, result.canonical_url, payload.final_url))
        raw_hash = reference.raw_hash or digest(payload.data)
        facts = (payload.fetched_at, payload.final_url, payload.opt_outs, payload.raw)
        return Processed(reference, result, raw_hash, *facts)
    refused = Refused(reference, "ProcessDocuments", result.outcome, result.reason, payload.data)
    return tried(refused, datetime.now(UTC), 0.0, FeedSettings()) if result.outcome == DEFERRED else refused


class _Process(beam.DoFn):
    def __init__(self, settings: ProcessSettings, lake: LakeSettings | None) -> None:
        self._settings = settings
        self._lake = lake

    def setup(self) -> None:
        self._pool: Pool = shared_pool(self._settings)

    def start_bundle(self) -> None:
        self._book = line_book(self._lake) if self._lake else LineBook()
        self._flight: InFlight[Payload] = InFlight(self._pool, self._submit, _settled)

    def process(
        self,
        document: Payload | Refused,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        if isinstance(document, Refused):
            yield document
        else:
            yield from self._flight.add(document, timestamp, window)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from self._flight.rest()

    def _submit(self, payload: Payload) -> "Future[Any]":
        return self._pool.submit(process, payload, self._settings, self._book.rules_for(publisher_of(payload)))


def _settled(payload: Payload, result: Any) -> Iterator[Processed | Refused]:
    """Settle a document; a local one that was put off is left without a trace, and found again with its file."""
    if isinstance(result, Refusal) and result.outcome == DEFERRED and not may_wait(payload.reference):
        Metrics.counter("newsbeam", "left").inc()
        Metrics.counter("newsbeam", "deferred").inc()
        return
    yield settle(payload, result)


@dataclass
class ProcessDocuments(beam.PTransform):
    """Turn `Payload` into `Processed` or `Refused`; a `Refused` passes through.

    Args:
        settings: size of the pool, time a document may take, tagger.
        lake: whose learned and own lines are taken out; None: none are.

    """

    settings: ProcessSettings
    lake: LakeSettings | None = None

    def expand(self, documents: PCollection) -> PCollection:
        """Apply `transforms.article.process.process` to each payload, in the pool."""
        return documents | "Process document" >> beam.ParDo(_Process(self.settings, self.lake))
