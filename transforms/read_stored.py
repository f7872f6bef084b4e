"""Read what the lake holds so that articles can be made again: stored revisions, and the bytes of failures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from lake.raw import read_raw
from lake.store import Store, open_store
from lake.stored import day_of, read_rows
from schemas.errors import StoreError
from schemas.records import OptOuts, Payload, RawPlace, Reference, Stored, StoredRows
from schemas.settings import LakeSettings
from transforms.article.ids import digest
from transforms.article.seed_records import json_record
from transforms.article.sniff import sniff
from transforms.stop import STOP

#: Which kind of document an extractor reads.
_KINDS = {"text": "text", "feed": "entry", "record": "json"}

#: Rooms that had a document in hand when it failed.
_MAKING = frozenset({"ProcessDocuments", "WriteTables"})

Row = dict[str, Any]


def read_stored(store: Store, rows: StoredRows) -> Iterator[Stored]:
    """Yield stored revisions, each with its page where that is still kept; raises StoreError."""
    for row in read_rows(store, rows):
        yield Stored(_page(store, row), row, day_of(rows.path))


def read_failures(store: Store, rows: StoredRows) -> Iterator[Payload]:
    """Yield the bytes of failures, but for those that were cut or that are still no document; raises StoreError."""
    for row in read_rows(store, rows):
        if row["payload"] and len(row["payload"]) == row["payload_size"] and (read := read_again(row)):
            kind, data = read
            reference = _reference(row, row["reference_id"], kind)
            yield Payload(reference, data, row["failed_at"], final_url=reference.url)


def read_again(row: Row) -> tuple[str, bytes] | None:
    """Tell what kind of document the bytes of a failure are, and what of them the next step gets; None for none.

    What was refused before it was processed is judged by its bytes once more, as the readers of seeds do.
    """
    kind, data = row["kind"], row["payload"]
    if row["step"] in _MAKING:
        return kind, data
    if kind == "json":
        record = json_record(data, 0)
        return None if record.refusal else (kind, record.data)
    found = sniff(data)
    return (found, data) if kind in ("text", "html") and found in ("text", "html") else None


def _page(store: Store, row: Row) -> Payload:
    """Return the page of an article as it came, else a payload of no bytes."""
    name = digest("replay", row["article_id"], row["revision_id"])
    reference = _reference(row, name, _KINDS.get(row["extractor"], "html"))._replace(
        raw_hash=row["raw_hash"],
        title=row["title"] or "",
        description=row["description"] or "",
        published_at=row["published_raw"] if row["published_source"] == "feed" else "",
    )
    opt_outs = OptOuts(*(row[name] or OptOuts._field_defaults[name] for name in OptOuts._fields))
    place = RawPlace(row["raw_path"] or "", row["raw_offset"] or 0)
    kept = Payload(reference, b"", row["fetched_at"], "", row["final_url"] or "", opt_outs, place)
    if not place.path:
        return kept
    try:
        page = read_raw(store, place)
    except FileNotFoundError:  # its days are over
        return kept._replace(raw=RawPlace())
    headers = {name.lower(): value for name, value in page.headers.items()}
    return kept._replace(data=page.body, content_type=headers.get("content-type", ""))


def _reference(row: Row, name: str, kind: str) -> Reference:
    return Reference(
        reference_id=name,
        article_id=row["article_id"],
        raw_hash="",
        source_uri=row["source_uri"],
        kind=kind,
        position=0,
        url=row["url"] or "",
        source=row.get("source") or "",
        feed_url=row.get("feed_url") or "",
    )


class _Read(beam.DoFn):
    def __init__(self, lake: LakeSettings) -> None:
        self._lake = lake
        self._left = Metrics.counter("newsbeam", "left")
        self._refused = Metrics.counter("newsbeam", "refused")
        self._references = Metrics.counter("newsbeam", "references")

    def process(self, rows: StoredRows) -> Iterator[Any]:
        self._references.inc(len(rows.ids))
        if STOP.due:
            self._left.inc(len(rows.ids))
            return
        store = open_store(self._lake)
        read = read_stored if rows.path.startswith("articles/") else read_failures
        count = 0
        try:
            for document in read(store, rows):
                count += 1
                yield document
        except FileNotFoundError as error:
            raise StoreError(f"{rows.path} is gone: {error}; run it again") from error
        self._refused.inc(len(rows.ids) - count)


@dataclass
class ReadStored(beam.PTransform):
    """Read rows of the lake (`StoredRows`): of articles into `Stored`, of dead letters into `Payload`.

    Args:
        lake: where they are.

    """

    lake: LakeSettings

    def expand(self, rows: PCollection[StoredRows]) -> PCollection:
        """Apply `read_stored` or `read_failures` to the rows of each file until somebody asks to stop."""
        return rows | "Read rows" >> beam.ParDo(_Read(self.lake))
