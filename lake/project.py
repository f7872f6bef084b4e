"""The tables as projections of the log: each holds the files of all entries up to its own transaction number."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from lake import delta, log
from lake.contract import check_version, grown
from lake.delta import Snapshot
from lake.store import Store
from schemas.tables import RUNS, TABLES

#: Entries by which a table may stay behind when none of them has a file for it.
_LAG: Final = 20


def roll_forward(store: Store, lag: int = _LAG) -> int:
    """Bring every table up to the head of the log and return it. Every writer does so; two at a time do no harm.

    A table for which the log has no file may stay fewer than `lag` entries behind. Nothing happens, and no table is
    made, while the log is empty. Tables of an older version are given the columns they lack.

    Raises SettingsError for a lake of a newer version or of other types; StoreError.
    """
    now = log.snapshot(store)
    if now.table is None or not now.head:
        return 0
    check_version(now.table)
    with ThreadPoolExecutor(len(TABLES), "roll forward") as threads:
        grown(now.table, RUNS)
        tables = list(threads.map(lambda name: _table(store, name), TABLES))
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


def _table(store: Store, name: str) -> Snapshot:
    return grown(delta.create(store, name, TABLES[name], partitioned=True), TABLES[name])


def _advance(table: Snapshot, pending: Sequence[log.Entry], head: int, lag: int) -> None:
    """Commit to one table what it lacks."""
    while True:
        held = delta.version(table)
        missing = parts(table.name, pending, held)
        if held >= head or (not missing and head - held < lag):
            return
        if table.commit(missing, head):
            return
        table = _table(table.store, table.name)
