"""Make stored articles again, in the pool of killable workers, and let through only what became another."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.utils.windowed_value import WindowedValue

from lake.lines import LineBook, line_book
from schemas.records import Article, Processed, Stored
from schemas.settings import LakeSettings, ProcessSettings
from transforms.article.replay import replay_entities, replay_text
from transforms.in_flight import InFlight
from transforms.pool import Pool, shared_pool

#: What is made again of a stored article.
REPLAYS: Final = {"text": replay_text, "entities": replay_entities}


def again(stored: Stored, article: Article) -> Processed:
    """Join an article that was made again with the facts of the revision it replaces."""
    payload, row = stored.payload, stored.row
    facts = (row["raw_hash"], payload.fetched_at, payload.final_url, payload.opt_outs, payload.raw)
    return Processed(payload.reference, article, *facts, replaces=row["revision_id"], day=stored.day)


def publisher_of_row(row: dict[str, Any]) -> str:
    """Name whose lines a stored article carries."""
    return row["domain"] or row["source"] or ""


class _Replay(beam.DoFn):
    def __init__(self, what: str, settings: ProcessSettings, lake: LakeSettings) -> None:
        self._replay = REPLAYS[what]
        self._settings = settings
        self._lake = lake
        self._unchanged = Metrics.counter("newsbeam", "unchanged")
        self._refused = Metrics.counter("newsbeam", "refused")

    def setup(self) -> None:
        self._pool: Pool = shared_pool(self._settings)

    def start_bundle(self) -> None:
        self._book: LineBook = line_book(self._lake)
        self._flight: InFlight[Stored] = InFlight(self._pool, self._submit, self._settled)

    def process(
        self, stored: Stored, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Iterator[Any]:
        yield from self._flight.add(stored, timestamp, window)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from self._flight.rest()

    def _submit(self, stored: Stored) -> "Future[Any]":
        return self._pool.submit(
            self._replay, stored, self._settings, self._book.rules_for(publisher_of_row(stored.row))
        )

    def _settled(self, stored: Stored, made: Any) -> Iterator[Processed]:
        if isinstance(made, Article):
            yield again(stored, made)
        elif made is None:
            self._unchanged.inc()
        else:
            self._refused.inc()


@dataclass
class ReplayDocuments(beam.PTransform):
    """Turn `Stored` articles into `Processed`, those only that today's rules make into others.

    Args:
        what: `text`, or `entities` alone.
        settings: size of the pool, way of extraction, tagger.
        lake: whose learned and own lines are taken out.

    """

    what: str
    settings: ProcessSettings
    lake: LakeSettings

    def expand(self, documents: PCollection[Stored]) -> PCollection[Processed]:
        """Apply the function of `transforms.article.replay` to each, in the pool."""
        return documents | "Replay document" >> beam.ParDo(_Replay(self.what, self.settings, self.lake))


class _Keep(beam.DoFn):
    def __init__(self) -> None:
        self._refused = Metrics.counter("newsbeam", "refused")

    def process(self, document: Any) -> Iterator[Processed]:
        if isinstance(document, Processed):
            yield document
        else:
            self._refused.inc()


class KeepArticles(beam.PTransform):
    """Let `Processed` through; what is refused once more leaves nothing, since its failure stands already."""

    def expand(self, documents: PCollection) -> PCollection[Processed]:
        """Drop what is `Refused`, and count it."""
        return documents | "Keep articles" >> beam.ParDo(_Keep())
