"""Erase rows from the tables: the files they are in are written anew without them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lake import delta, parquet
from lake.compact import rows_of, write
from lake.meant import IDS, Meant, columns_of
from lake.replace import Live, Swap, live, replace
from lake.snapshot import live_files
from lake.store import Store
from schemas.tables import TABLES

#: Lines that newsbeam took out of articles by itself; those that its owner wrote are the owner's.
_OWN: Final = ("own", "forgotten")


def erase_rows(store: Store, meant: Meant, lines: set[str], run_id: str) -> dict[str, int]:
    """Erase the rows that are meant, and learned lines of that text; return how many by table. Raises StoreError.

    Every table must hold all files of the log.
    """
    return {name: _erase(store, name, meant, lines, run_id) for name in (*IDS, "lines")}


def _erase(store: Store, name: str, meant: Meant, lines: set[str], run_id: str) -> int:
    count = 0
    while True:
        swaps = list(_swaps(store, name, meant, lines, run_id))
        stood = replace(store, name, [swap for swap, _ in swaps], data_change=True)
        count += sum(rows for swap, rows in swaps if swap in stood)
        if len(stood) == len(swaps):
            return count


def _swaps(store: Store, name: str, meant: Meant, lines: set[str], run_id: str) -> Iterator[tuple[Swap, int]]:
    files = live(delta.load(store, name))
    keys = parquet.read_all(store, [f"{name}/{file.path}" for file in files], _columns(name))
    for file, found in zip(files, keys, strict=True):
        mask = _mask(name, found, meant, lines)
        gone = pc.sum(mask).as_py() or 0
        if gone:
            yield _without(store, name, file, mask, run_id), gone


def _without(store: Store, name: str, file: Live, mask: pa.ChunkedArray, run_id: str) -> Swap:
    rows = rows_of(store, [f"{name}/{file.path}"], TABLES[name]).filter(pc.invert(mask))
    return Swap((file,), (write(store, name, file.day, rows, run_id),) if rows.num_rows else ())


def _columns(name: str) -> tuple[str, ...]:
    return ("line", "status") if name == "lines" else columns_of(name)


def _mask(name: str, rows: pa.Table, meant: Meant, lines: set[str]) -> pa.ChunkedArray:
    if name != "lines":
        return meant.mask(name, rows)
    said = pc.is_in(rows["line"], pa.array(sorted(lines), pa.string()))
    return pc.and_(said, pc.invert(pc.is_in(rows["status"], pa.array(_OWN))))


def count_rows(store: Store, meant: Meant, files: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Count the rows that are meant in some files, by table; raises StoreError."""
    return {
        name: sum(
            pc.sum(meant.mask(name, rows)).as_py() or 0
            for rows in parquet.read_all(store, files[name], columns_of(name))
        )
        for name in IDS
    }


def lines_of(store: Store, meant: Meant) -> set[str]:
    """Return the lines that the lake has learned, and that no other article than those meant has; raises StoreError."""
    files = live_files(store, ("articles", "lines"))
    known = {
        line
        for rows in parquet.read_all(store, files["lines"], ("line", "status"))
        for line, status in zip(rows["line"].to_pylist(), rows["status"].to_pylist(), strict=True)
        if line and status not in _OWN
    }
    theirs: set[str] = set()
    others: set[str] = set()
    for rows in parquet.read_all(
        store, files["articles"] if known else (), (*columns_of("articles"), "text", "removed")
    ):
        mask = meant.mask("articles", rows)
        theirs |= known & _lines(rows.filter(mask))
        others |= known & _lines(rows.filter(pc.invert(mask)))
    return theirs - others


def _lines(articles: pa.Table) -> set[str]:
    texts = {line for text in articles["text"].to_pylist() for line in text.split("\n")}
    return texts | {line["text"] for removed in articles["removed"].to_pylist() for line in removed or ()}
