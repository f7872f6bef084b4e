"""The few things we ask of a Delta table: its snapshot, and one commit that succeeds only on that very snapshot.

Nothing here reads data through deltalake's own file system.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from lake import fault
from lake.patience import Verdict, patiently
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
        While the store is away the commit is tried again: it is a conditional put of one version, so that of all tries,
        and of one that arrives late, one stands at most. Raises StoreError, after which the commit may stand as well.
        """
        before = self.table.version()

        def attempt() -> bool:
            try:
                self._write(parts, number)
            except (DeltaError, OSError):
                if _load(self.store, self.name).version() > before:
                    return False
                raise
            return True

        fault.point(f"delta.{self.name}.begins")
        if not while_away(self.store, self.name, "committed to", attempt):
            return False
        fault.point(f"delta.{self.name}.stands")
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

    while_away(store, name, "made", attempt)
    fault.point(f"delta.{name}.made")
    made = load(store, name)
    if made is None:
        raise StoreError(f"the table {store.uri(name)} is not there though it has just been made")
    store.persist(f"{name}/_delta_log/{0:020}.json")
    return made


def _load(store: Store, name: str) -> DeltaTable:
    def attempt() -> DeltaTable:
        return DeltaTable(store.uri(name), storage_options=store.storage_options())

    return while_away(store, name, "read", attempt)


def while_away(store: Store, name: str, doing: str, action: Callable[[], T]) -> T:
    """Repeat an action while the store is away, no longer than the settings' patience."""

    def judge(error: Exception) -> Verdict:
        if isinstance(error, TableNotFoundError):
            raise error
        verdict = store.explain(error)
        return Verdict(f"the table {name} can not be {doing}: {verdict.line}", verdict.passing)

    return patiently(store.settings.patience, action, judge, DeltaError, OSError)
