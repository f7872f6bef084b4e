"""Turn bytes into articles: extract, take out boilerplate, tag; in the pool of killable workers."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Article, Payload, Processed, Reference, Refused
from schemas.settings import ProcessSettings
from transforms.article.ids import article_id, digest
from transforms.article.own_url import usable_url
from transforms.article.process import process
from transforms.fetch.urls import domain, url_key
from transforms.pool import Pool, shared_pool

#: Documents in the pool's hands for each of its workers: enough to bridge the writing of a file.
IN_FLIGHT = 8


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
    return Refused(reference, "ProcessDocuments", result.outcome, result.reason, payload.data)


class _Process(beam.DoFn):
    """Keeps the pool busy across elements: a result is handed on when it is there, at the latest with its bundle.

    A document whose worker died is tried once more, since the death may be another's doing.
    """

    def __init__(self, settings: ProcessSettings) -> None:
        self._settings = settings

    def setup(self) -> None:
        self._pool: Pool = shared_pool(self._settings)

    def start_bundle(self) -> None:
        self._pending: dict[Future[Any], tuple[Payload, Any, Any]] = {}
        self._retried: set[Future[Any]] = set()

    def process(
        self,
        document: Payload | Refused,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        if isinstance(document, Refused):
            yield document
            return
        future = self._pool.submit(process, document, self._settings)
        self._pending[future] = (document, timestamp, window)
        while len(self._pending) >= IN_FLIGHT * self._pool.size:
            yield from self._settled()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        while self._pending:
            yield from self._settled()

    def _settled(self) -> Iterator[WindowedValue]:
        done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
        for future in done:
            payload, timestamp, window = self._pending.pop(future)
            if self._pool.died(future) and future not in self._retried:
                again = self._pool.submit(process, payload, self._settings)
                self._pending[again] = (payload, timestamp, window)
                self._retried.add(again)
                continue
            yield WindowedValue(settle(payload, self._pool.result(future)), timestamp, (window or GlobalWindow(),))


@dataclass
class ProcessDocuments(beam.PTransform):
    """Turn `Payload` into `Processed` or `Refused`; a `Refused` passes through.

    Args:
        settings: size of the pool, time a document may take, tagger.

    """

    settings: ProcessSettings

    def expand(self, documents: PCollection) -> PCollection:
        """Apply `transforms.article.process.process` to each payload, in the pool."""
        return documents | "Process document" >> beam.ParDo(_Process(self.settings))
