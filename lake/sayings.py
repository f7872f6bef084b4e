"""What articles say, in pieces that can be looked for in any object of the lake."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lake import parquet
from lake.meant import Meant, columns_of
from lake.snapshot import live_files
from lake.store import Store

#: Characters of a piece: statistics of a file cut texts at 32, and fewer say little.
LENGTH: Final = 24
#: Pieces that are looked for in all.
MOST: Final = 200

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "articles": ("title", "description", "text"),
    "sightings": ("title", "description"),
}
_PLAIN: Final = re.compile(r"[^\"\\\x00-\x1f]+")  # what JSON writes as it is


def sayings(store: Store, meant: Meant) -> list[str]:
    """Return the beginnings of titles, descriptions and lines of the articles that are meant; raises StoreError."""
    files = live_files(store, tuple(_COLUMNS))
    found: dict[str, None] = {}
    for table, columns in _COLUMNS.items():
        for rows in parquet.read_all(store, files[table], (*columns_of(table), *columns)):
            for row in rows.filter(meant.mask(table, rows)).to_pylist():
                found |= dict.fromkeys(_pieces(row[name] or "" for name in columns))
    pieces = list(found)
    step = max(1, len(pieces) / MOST)
    return [pieces[int(number * step)] for number in range(min(MOST, len(pieces)))]


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for line in text.split("\n"):
            whole = next((part for part in _PLAIN.findall(line) if len(part.strip()) >= LENGTH), "")
            if whole:
                yield whole.strip()[:LENGTH]


def said_elsewhere(store: Store, pieces: Iterable[str]) -> set[str]:
    """Return the pieces that stand in rows of the tables as they are now: others say them too; raises StoreError."""
    left = set(pieces)
    found: set[str] = set()
    for paths in live_files(store).values():
        for rows in parquet.read_all(store, paths if left else ()):
            found |= {piece for piece in left if _stands_in(rows, piece)}
            left -= found
    return found


def _stands_in(rows: pa.Table, piece: str) -> bool:
    columns = (rows[name] for name in rows.column_names if pa.types.is_string(rows.schema.field(name).type))
    return any(pc.any(pc.match_substring(column, piece)).as_py() for column in columns)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text within a value of JSON or of a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_of(part)
