"""The few things we ask of a Delta table: its snapshot, and one commit that succeeds only on that very snapshot.

Nothing here reads data through deltalake's own file system.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from lake.store import Store
from schemas.errors import StoreError

T = TypeVar("T")

#: Whose transactions number the log; every projection records the last entry it holds under the same name.
APP: Final = "newsbeam"
_CONFIGURATION: Final = {"delta.checkpointInterval": "20"}


class Part(NamedTuple):
    """A file to be added to a table."""

    path: str  # relative to the table; deltalake percent-encodes it itself
    size: int  # bytes
    day: str  # YYYY-MM-DD; "" in a table without partitions
    stats: str


class Snapshot(NamedTuple):
    """A table as it stood when it was loaded."""

    store: Store
    name: str
    table: DeltaTable

    @property
    def version(self) -> int:
        """Return the number of the last log entry it holds, 0 when it has none."""
        found = self.table.transaction_version(APP)
        return 0 if found is None else int(found)

    def paths(self) -> set[str]:
        """Return the paths of its files, relative to the table."""
        found: list[str] = self.actions()["path"].to_pylist()
        return {unquote(path) for path in found}

    def actions(self) -> pa.Table:
        """Return its files with their statistics: path (percent-encoded), num_records, min.…, max.…."""
        return pa.table(self.table.get_add_actions(flatten=True))

    def commit(self, parts: Sequence[Part], number: int) -> bool:
        """Add files and set the transaction number; False when somebody else was faster. To be called once.

        False may also mean that an answer of the server was lost and the commit stands: load the table again and look.
        Raises StoreError, after which the commit may stand as well.
        """
        before = self.table.version()
        try:
            self._write(parts, number)
        except CommitFailedError as error:
            if _load(self.store, self.name).version() > before:
                return False
            raise StoreError(f"{self.table.table_uri} refuses the commit: {_one_line(error)}") from error
        except (DeltaError, OSError) as error:
            raise StoreError(f"{self.table.table_uri} can not be committed to: {_one_line(error)}") from error
        self.store.persist(f"{self.name}/_delta_log/{before + 1:020}.json")
        return True

    def _write(self, parts: Sequence[Part], number: int) -> None:
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(part.path, part.size, {"date": part.day} if part.day else {}, now, True, part.stats)
            for part in parts
        ]
        self.table.create_write_transaction(
            actions,
            "append",
            self.table.schema(),
            partition_by=self.table.metadata().partition_columns,
            commit_properties=CommitProperties(max_commit_retries=0, app_transactions=[Transaction(APP, number)]),
        )


def version(table: Snapshot | None) -> int:
    """Return the number of the last log entry that a table holds, 0 when there is no table."""
    return 0 if table is None else table.version


def paths(table: Snapshot | None) -> set[str]:
    """Return the paths of a table's files, relative to the table; none when there is no table."""
    return set() if table is None else table.paths()


def load(store: Store, name: str) -> Snapshot | None:
    """Return the newest snapshot of a table, None when there is none; raises StoreError."""
    try:
        return Snapshot(store, name, _load(store, name))
    except TableNotFoundError:
        return None


def create(store: Store, name: str, schema: pa.Schema, partitioned: bool) -> Snapshot:
    """Return the newest snapshot of a table, made empty first where there is none; raises StoreError."""
    found = load(store, name)
    if found is not None:
        return found
    columns = schema.append(pa.field("date", pa.date32())) if partitioned else schema

    def attempt() -> None:
        try:
            DeltaTable.create(
                store.uri(name),
                columns,
                mode="ignore",
                partition_by=["date"] if partitioned else None,
                configuration=_CONFIGURATION,
                storage_options=store.storage_options(),
            )
        except CommitFailedError:
            return  # somebody else made it at the same moment

    _patiently(store, name, attempt)
    made = load(store, name)
    if made is None:
        raise StoreError(f"the table {store.uri(name)} is not there though it has just been made")
    store.persist(f"{name}/_delta_log/{0:020}.json")
    return made


def _load(store: Store, name: str) -> DeltaTable:
    return _patiently(store, name, lambda: DeltaTable(store.uri(name), storage_options=store.storage_options()))


def _patiently(store: Store, name: str, action: Callable[[], T]) -> T:
    """Repeat a harmless action while the store is away, no longer than the settings' patience."""
    deadline = time.monotonic() + (store.settings.patience if store.settings.remote else 0)
    while True:
        try:
            return action()
        except TableNotFoundError:
            raise
        except (DeltaError, OSError) as error:
            if time.monotonic() > deadline:
                raise StoreError(f"{store.uri(name)} can not be read: {_one_line(error)}") from error
        time.sleep(0.5)


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())[:300]
