"""Read a feed that is not well-formed: in batches of items, else item by item, mended, then forgivingly."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from transforms.fetch.feed_keeper import EntryKeeper
from transforms.fetch.feed_parsers import LooseReader, StrictReader
from transforms.fetch.feed_pieces import Frame, cut_at_items, escape_ampersands, mended
from transforms.fetch.feed_prolog import Document
from transforms.fetch.feed_runs import run_loose, run_strict

#: Bytes of items that are tried at once.
BATCH: Final = 65_536


class Start(NamedTuple):
    """What a strict parser has made of the beginning of a feed."""

    head: bytes  # what is to stand before the root element
    entities: dict[str, str]
    done: int  # bytes of the document up to the end of the last entry
    said: dict[str, Any]  # what the feed says of itself


class BrokenFeed:
    """A feed that a strict parser does not read to its end."""

    def __init__(self, document: Document, start: Start, keeper: EntryKeeper) -> None:
        """Begin where the strict parser has stopped."""
        self._document = document
        self._start = start
        self._keeper = keeper
        self._frame = Frame(document.head[document.prolog.start :])
        self.said = start.said
        self.version = ""

    def read(self) -> None:
        """Hand the entries that can be read to the keeper, and learn what else the feed says."""
        start = self._start
        parts = cut_at_items(escape_ampersands(self._document.body(start.done), start.entities))
        before = next(parts, b"")
        if not start.done:
            loose = LooseReader(start.entities)
            run_loose(loose, before, self._keeper.deadline)
            self.version = str(loose.version or "")
            self.said = {**start.said, **loose.feeddata}
            self._keeper.add_all(loose.entries, self.said)
        for batch in _batches(parts):
            if self._keeper.is_late():
                self._keeper.passed_over += len(batch)
            elif not self._read_batch(batch):
                for item in batch:
                    self._read_item(item)

    def _read_batch(self, batch: list[bytes]) -> bool:
        """Read items strictly; tell whether each has given one entry, else none is kept."""
        entries = self._strict(self._frame.around(batch))
        if len(entries) == len(batch):
            self._keeper.add_all(entries, self.said)
        return len(entries) == len(batch)

    def _read_item(self, item: bytes) -> None:
        """Read one item as it is, else mended, else forgivingly, while there is time."""
        if self._keeper.is_late():
            self._keeper.passed_over += 1
            return
        document = self._frame.around([item])
        entries = self._strict(document) or self._strict(mended(document))
        if not entries:
            loose = LooseReader(self._start.entities)
            run_loose(loose, document, self._keeper.deadline)
            entries = loose.entries
        self._keeper.add_all(entries, self.said)

    def _strict(self, document: bytes) -> list[dict[str, Any]]:
        reader = StrictReader()
        fault = run_strict(reader, (self._start.head, document), self._keeper.deadline) if document else "empty"
        self._keeper.is_cut = self._keeper.is_cut or reader.is_cut
        return [] if fault else list(reader.entries)


def _batches(items: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Group items to some `BATCH` bytes."""
    batch: list[bytes] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
