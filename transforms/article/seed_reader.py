"""Read the bytes of local documents again."""

from collections import OrderedDict
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from schemas.records import Payload, Reference, Refusal
from transforms.article.ids import digest
from transforms.article.line_files import DOCUMENT_CAP, READ_ERRORS, read_head
from transforms.article.line_pool import Identity, LinePool, identity
from transforms.article.seed_files import file_kind, line_at, whole_records
from transforms.article.seed_records import Record
from transforms.article.seed_references import unreadable_refusal
from transforms.article.seed_warc import archived_at
from transforms.article.warc_pieces import WarcPieces

_CHANGED: Final = Refusal("unreadable", "the file changed while it was being read")
_TYPES: Final = {"html": "text/html", "text": "text/plain", "json": "application/json", "entry": "application/json"}


class SeedReader:
    """Reads references of local documents; quickest in the order in which `references` gave them.

    Keeps the last few line files open where it stopped, and the last few feeds and arrays parsed, so that reading all
    of one file is linear. For one thread. A context manager; `close` is optional and frees the open files early.
    """

    def __init__(self, keep: int = 3) -> None:
        self._keep = keep
        self._pool = LinePool(keep)
        self._archives: OrderedDict[Identity, WarcPieces] = OrderedDict()
        self._files: OrderedDict[Identity, list[Record] | None] = OrderedDict()  # None: read line by line

    def read(self, reference: Reference, fetched_at: datetime) -> Payload | Refusal:
        """Read one document; of a record that was refused, what there is of its bytes.

        Returns a `Refusal` (`unreadable`) when the file can not be read, or no longer holds these bytes.
        """
        try:
            if reference.kind == "warc":
                return self._archived(reference, fetched_at)
            found = self._find(reference)
        except READ_ERRORS as error:
            return unreadable_refusal(error)
        if found is None or digest(found.raw) != reference.raw_hash:
            return _CHANGED
        return Payload(reference, found.data, fetched_at, _TYPES.get(reference.kind, ""))

    def close(self) -> None:
        """Close the files and forget what was parsed."""
        self._pool.close()
        self._files.clear()
        while self._archives:
            self._archives.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _find(self, reference: Reference) -> Record | None:
        path, position = reference.source_uri, reference.position
        if reference.kind not in ("entry", "json"):
            data = read_head(path, DOCUMENT_CAP)
            return Record(reference.kind, 0, data, data)
        records = self._parsed(path)
        if records is None:
            return line_at(self._pool, path, position)
        return records[position] if 0 <= position < len(records) else None

    def _archived(self, reference: Reference, fetched_at: datetime) -> Payload | Refusal:
        """Read a document of a WARC file: as `html` or `text`, with the time and the address of its archive."""
        key = identity(reference.source_uri)
        if key not in self._archives:
            self._archives[key] = WarcPieces(reference.source_uri)
            while len(self._archives) > self._keep:
                self._archives.popitem(last=False)[1].close()
        self._archives.move_to_end(key)
        found = archived_at(self._archives[key], reference.position)
        if found is None or digest(found.record.raw) != reference.raw_hash:
            return _CHANGED
        named = reference._replace(kind=found.kind) if found.kind in ("html", "text") else reference
        at = min(found.fetched_at or fetched_at, fetched_at)
        return Payload(named, found.record.data, at, found.content_type, found.final_url)

    def _parsed(self, path: str) -> list[Record] | None:
        key = identity(path)
        if key not in self._files:
            kind = file_kind(path)
            self._files[key] = None if kind == "lines" else whole_records(path, kind)
            while len(self._files) > self._keep:
                self._files.popitem(last=False)
        self._files.move_to_end(key)
        return self._files[key]
