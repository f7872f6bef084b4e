"""The tables as projections of the log: each holds the files of all entries up to its own transaction number."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from lake import delta, log
from lake.delta import Snapshot
from lake.store import Store
from schemas.tables import TABLES

#: Entries by which a table may stay behind when none of them has a file for it.
_LAG: Final = 20


def roll_forward(store: Store, lag: int = _LAG) -> int:
    """Bring every table up to the head of the log and return it. Every writer does so; two at a time do no harm.

    A table for which the log has no file may stay fewer than `lag` entries behind. Nothing happens, and no table is
    made, while the log is empty. Raises StoreError.
    """
    now = log.snapshot(store)
    if not now.head:
        return 0
    with ThreadPoolExecutor(len(TABLES), "roll forward") as threads:
        tables = list(threads.map(lambda name: delta.create(store, name, TABLES[name], partitioned=True), TABLES))
        pending = now.entries(min(map(delta.version, tables)))
        list(threads.map(lambda table: _advance(table, pending, now.head, lag), tables))
    return now.head


def parts(table: str, entries: Sequence[log.Entry], after: int) -> list[delta.Part]:
    """Return the files that entries with a higher number add to a table."""
    return [
        delta.Part(file.path.removeprefix(f"{table}/"), file.size, file.date.isoformat(), file.stats)
        for entry in entries
        if entry.seq > after
        for file in entry.files
        if file.table == table
    ]


def _advance(table: Snapshot, pending: Sequence[log.Entry], head: int, lag: int) -> None:
    """Commit to one table what it lacks."""
    while True:
        held = delta.version(table)
        missing = parts(table.name, pending, held)
        if held >= head or (not missing and head - held < lag):
            return
        if table.commit(missing, head):
            return
        table = delta.create(table.store, table.name, TABLES[table.name], partitioned=True)
