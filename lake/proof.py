"""Prove that what was erased is gone: read every object of the lake as it lies there, and name what still holds it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pyarrow.compute as pc

from lake import parquet, raw
from lake.erase_raw import members
from lake.heartbeat import FOLDER
from lake.meant import IDS, Meant
from lake.sayings import texts_of
from lake.store import Listed, Store
from lake.vacuum import DATA
from schemas.tables import TABLES

_AT_A_TIME: Final = 4


def leftovers_of(store: Store, meant: Meant, pieces: Iterable[str]) -> list[str]:
    """Return a line for each object that holds a row, a page or a piece of what was erased; raises StoreError.

    In the files of tables rows are told by ids and addresses, in raw pages by the addresses of records; all else (the
    log, Delta's commits and checkpoints, whatever lies there) is searched for the pieces as unpacked text.
    """
    wanted = sorted(set(pieces))

    def look(listed: Listed) -> list[str]:
        try:
            return [f"{listed.path}: {what}" for what in _reader(listed.path)(store, listed.path, meant, wanted)]
        except FileNotFoundError:
            return []

    objects = [listed for listed in store.list("") if not listed.path.startswith(f"{FOLDER}/")]
    with ThreadPoolExecutor(_AT_A_TIME, "prove") as threads:
        return sorted(line for found in threads.map(look, objects) for line in found)


_Reader = Callable[[Store, str, Meant, list[str]], Iterator[str]]


def _reader(path: str) -> _Reader:
    table = path.partition("/")[0]
    if table in TABLES and DATA.search(path):
        return _rows
    if path.startswith(f"{raw.TABLE}/"):
        return _pages
    return _values if path.endswith(".parquet") else _text


def _rows(store: Store, path: str, meant: Meant, _: list[str]) -> Iterator[str]:
    table = path.partition("/")[0]
    if table in IDS:
        rows = parquet.decode(store.get(path))
        count = pc.sum(meant.mask(table, rows)).as_py() or 0
        if count:
            yield f"{count} rows"


def _pages(store: Store, path: str, meant: Meant, _: list[str]) -> Iterator[str]:
    for member in members(store.get(path)):
        if any(map(meant.address, member.addresses())):
            yield f"the page at {member.start}"


def _values(store: Store, path: str, _: Meant, wanted: list[str]) -> Iterator[str]:
    for row in parquet.decode(store.get(path)).to_pylist():
        yield from _found("\n".join(texts_of(row)), wanted)


def _text(store: Store, path: str, _: Meant, wanted: list[str]) -> Iterator[str]:
    yield from _found(store.get(path).decode("utf-8", "replace"), wanted)


def _found(text: str, wanted: Iterable[str]) -> Iterator[str]:
    yield from (f"{piece!r}" for piece in wanted if piece in text)
