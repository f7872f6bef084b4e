"""Put other files in the place of some files of a table, in one commit of that table.

The commit carries `Transaction("maintain", v + 1)` for the snapshot it was made on and is never retried by the library,
so of two that replace the same file one alone succeeds. A snapshot that lacks one of the old files takes no part.
"""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from deltalake import CommitProperties, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from lake import delta
from lake.delta import Part, Snapshot
from lake.store import Store

APP: Final = "maintain"


class Live(NamedTuple):
    """A file that is part of a table."""

    path: str  # relative to the table
    size: int  # bytes
    day: str  # YYYY-MM-DD; "" in a table without partitions


class Swap(NamedTuple):
    """Files that go, and those that come in their place."""

    old: tuple[Live, ...]
    new: tuple[Part, ...]


def live(table: Snapshot | None) -> list[Live]:
    """Return the files of a table."""
    if table is None:
        return []
    actions = table.actions()
    days = actions["partition.date"].to_pylist() if "partition.date" in actions.column_names else []
    paths = [unquote(path) for path in actions["path"].to_pylist()]
    sizes = actions["size_bytes"].to_pylist()
    texts = [day.isoformat() if day else "" for day in days] or [""] * len(paths)
    return sorted(map(Live, paths, sizes, texts))


def replace(store: Store, name: str, swaps: Sequence[Swap], data_change: bool) -> list[Swap]:
    """Commit those of the swaps whose old files are still all there, together, and return them.

    `data_change` says whether rows differ, for readers that follow a table. Raises StoreError.
    """
    attempted = False
    while True:
        table = delta.load(store, name)
        there = delta.paths(table)
        if attempted and any(part.path in there for swap in swaps for part in swap.new):
            return [swap for swap in swaps if all(part.path in there for part in swap.new)]  # an answer was lost
        standing = [swap for swap in swaps if there.issuperset(file.path for file in swap.old)]
        if table is None or not standing or _commit(table, standing, data_change):
            return standing if table is not None else []
        attempted = True


def _commit(table: Snapshot, swaps: Sequence[Swap], data_change: bool) -> bool:
    before = table.table.version()
    number = int(table.table.transaction_version(APP) or 0) + 1

    def attempt() -> bool:
        try:
            table.table.create_write_transaction(
                _actions(swaps, data_change),
                "append",
                table.table.schema(),
                partition_by=table.table.metadata().partition_columns,
                commit_properties=CommitProperties(max_commit_retries=0, app_transactions=[Transaction(APP, number)]),
            )
        except (DeltaError, OSError):
            newest = delta.load(table.store, table.name)
            if newest is not None and newest.table.version() > before:
                return False
            raise
        return True

    if not delta.while_away(table.store, table.name, "committed to", attempt):
        return False
    table.store.persist(f"{table.name}/_delta_log/{before + 1:020}.json")
    return True


def _actions(swaps: Sequence[Swap], data_change: bool) -> list[AddAction | RemoveAction]:
    now = int(time.time() * 1000)
    actions: list[AddAction | RemoveAction] = []
    for swap in swaps:
        actions += [RemoveAction(file.path, data_change, now, file.size, _values(file.day)) for file in swap.old]
        actions += [
            AddAction(part.path, part.size, _values(part.day), now, data_change, part.stats) for part in swap.new
        ]
    return actions


def _values(day: str) -> dict[str, str | None]:
    return {"date": day} if day else {}
