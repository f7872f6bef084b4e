"""Write the rows of every document to immutable files and pass on their names."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.utils.windowed_value import WindowedValue

from lake.blocks import BlockList, block_list
from lake.known import Known, known
from lake.store import open_store
from lake.writer import TableWriter
from schemas.outcomes import FORGOTTEN, UNCHANGED
from schemas.records import Entity, Mention, Processed, Refused, Stamp, WrittenFile
from schemas.settings import EVERYTHING, LakeSettings, Wanted
from transforms.blocked import REASON, nameless, refused_as
from transforms.fetch.wanted import is_wanted
from transforms.rows import Row, article_row, dead_letter_row, mention_rows, refused_row, stored_row
from transforms.windows import in_window, stamp_in


def rows_of(
    document: Processed | Refused, stamp: Stamp, stored_before: Container[str] | Known = frozenset()
) -> Iterator[tuple[str, date, Row]]:
    """Yield (table, date, row) for everything a document leaves in the lake.

    A revision that was `stored_before` (by its id) leaves only its line in the ledger.
    """
    if isinstance(document, Refused):
        yield "outcomes", stamp.day, refused_row(document, stamp)
        if letter := dead_letter_row(document, stamp):
            yield "dead_letters", stamp.day, letter
        return
    article = article_row(document, stamp)
    if article["revision_id"] in stored_before:
        yield "outcomes", stamp.day, stored_row(document.reference, article, UNCHANGED)
        return
    mentions = mention_rows(document, article)
    published = document.article.published_at
    day = published.astimezone(UTC).date() if published else document.day or stamp.day
    yield "articles", day, article
    for mention in mentions:
        yield "mentions", day, mention
    yield "outcomes", stamp.day, stored_row(document.reference, article) | {"mention_count": len(mentions)}


def within(document: Processed | Refused, wanted: Wanted) -> Processed | Refused:
    """Turn an article from outside the days and domains asked for into a `filtered` line of the ledger."""
    if isinstance(document, Refused) or wanted.all or document.reference.first_seen_at:
        return document
    article = document.article
    if is_wanted(document.final_url or article.url or article.canonical_url, article.published_at, wanted):
        return document
    return Refused(document.reference, "WriteTables", "filtered", "its date or domain is not asked for")


def sound(document: Processed | Refused) -> Processed | Refused:
    """Turn an article with a name that does not stand where it says into a dead letter: offsets have to hold."""
    if isinstance(document, Refused):
        return document
    text = document.article.text
    named: list[Mention | Entity] = [*document.article.mentions, *document.article.entities]
    for name in named:
        if text[name.start : name.end] != name.text:
            reason = f"{name.text!r} does not stand at {name.start} to {name.end}"
            return Refused(document.reference, "WriteTables", "processing_error", reason)
    return document


def unless_refused(document: Processed | Refused, blocks: BlockList) -> Processed | Refused:
    """Return a document, or its refusal where it turns out to be an article that was erased and is refused since."""
    if isinstance(document, Refused):
        return document
    reference, urls = document.reference, (document.article.url, document.final_url)
    name = refused_as(blocks, reference.article_id, *urls)
    return Refused(nameless(reference, name), "WriteTables", FORGOTTEN, REASON) if name else document


class _Write(beam.DoFn):
    def __init__(self, lake: LakeSettings, stamp: Stamp, wanted: Wanted) -> None:
        self._lake = lake
        self._wanted = wanted
        self._stamp = stamp

    def setup(self) -> None:
        self._store = open_store(self._lake)
        self._known = known(self._lake)

    def start_bundle(self) -> None:
        self._writers: dict[Any, TableWriter] = {}  # by window
        self._blocks = block_list(self._lake)

    def process(self, document: Processed | Refused, window: Any = beam.DoFn.WindowParam) -> Iterator[WrittenFile]:
        document = unless_refused(sound(within(document, self._wanted)), self._blocks)
        for number in document.article.corrections if isinstance(document, Processed) else ():
            Metrics.counter("newsbeam", f"names.{number}").inc()
        if window not in self._writers:
            self._writers[window] = TableWriter(self._store, self._stamp.run_id)
        for table, day, row in rows_of(document, stamp_in(self._stamp, window), self._known):
            yield from self._writers[window].add(table, day, row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for window, writer in self._writers.items():
            for written in writer.flush():
                yield in_window(written, window)


@dataclass
class WriteTables(beam.PTransform):
    """Write `Processed` and `Refused` documents to `articles`, `mentions`, `outcomes` and `dead_letters`.

    Gives the names (`WrittenFile`) of the files; they count only once they are committed.

    Args:
        lake: where to.
        stamp: the run's.
        wanted: days and domains of the articles that are stored.

    """

    lake: LakeSettings
    stamp: Stamp
    wanted: Wanted = EVERYTHING

    def expand(self, documents: PCollection) -> PCollection[WrittenFile]:
        """Buffer the rows of a bundle by table and date; flush by size and at the bundle's end."""
        return documents | "Write rows" >> beam.ParDo(_Write(self.lake, self.stamp, self.wanted)).with_output_types(
            WrittenFile
        )
