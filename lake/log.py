"""The log: the one place that says which files count.

It is the Delta table `runs`, one file an entry. An entry is appended by compare-and-swap: its number is the transaction
number of the snapshot it was made for, plus one, and Delta refuses it when the table has moved on.
"""

import json
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from lake import delta, fault, parquet
from lake.delta import Snapshot
from lake.stats import statistics
from lake.store import Store
from schemas.errors import AbortedError
from schemas.records import WrittenFile
from schemas.tables import RUNS, SCHEMA_VERSION

TABLE: Final = "runs"
COMMIT: Final = "commit"
ABORT: Final = "abort"


class Told(NamedTuple):
    """What an entry tells of its run beside what it has stored."""

    started_at: datetime | None = None  # UTC
    made_with: tuple[str, ...] = ()  # extractors and taggers, each with its version
    settings: str = ""  # JSON object


class Entry(NamedTuple):
    """One entry of the log."""

    seq: int  # from 1
    kind: str  # commit or abort
    run_id: str  # who committed, or whom the abort fences off
    files: list[WrittenFile]
    counts: dict[str, Any]
    committed_at: datetime  # UTC
    replaced: frozenset[str] = frozenset()  # paths handed to the commit that others of `files` stand for
    told: Told = Told()


class Log(NamedTuple):
    """A snapshot of the log."""

    store: Store
    table: Snapshot | None

    @property
    def head(self) -> int:
        """Return the number of the last entry, 0 for an empty log."""
        return delta.version(self.table)

    def entries(self, after: int = 0, run_id: str = "") -> list[Entry]:
        """Return the entries with a higher number, of one run or of all, in order."""
        if self.table is None or after >= self.head:
            return []
        actions = self.table.actions()
        wanted = pc.greater(actions["max.seq"], after)
        if run_id:
            wanted = pc.and_(wanted, pc.less_equal(actions["min.run_id"], run_id))
            wanted = pc.and_(wanted, pc.greater_equal(actions["max.run_id"], run_id))
        rows = self._rows(actions.filter(wanted))
        found = [_entry(row) for row in rows if row["seq"] > after and run_id in ("", row["run_id"])]
        return sorted(found, key=lambda entry: entry.seq)

    def aborted(self) -> set[str]:
        """Return the runs that were fenced off; opens no file but those that hold several entries."""
        if self.table is None:
            return set()
        actions = self.table.actions()
        actions = actions.filter(pc.equal(actions["min.kind"], ABORT))  # "abort" sorts before "commit"
        single = pc.equal(actions["num_records"], 1)
        found = set(actions.filter(single)["min.run_id"].to_pylist())
        many = self._rows(actions.filter(pc.invert(single)))
        return found | {row["run_id"] for row in many if row["kind"] == ABORT}

    def _rows(self, actions: pa.Table) -> list[dict[str, Any]]:
        paths = [f"{TABLE}/{path}" for path in actions["path"].to_pylist()]
        return [row for rows in parquet.read_all(self.store, paths) for row in rows.to_pylist()]


def snapshot(store: Store) -> Log:
    """Return the log as it stands now."""
    return Log(store, delta.load(store, TABLE))


def head(store: Store) -> int:
    """Return the number of the last entry, 0 for a lake without any."""
    return snapshot(store).head


def entries(store: Store, after: int) -> list[Entry]:
    """Return the entries with a higher number, in order."""
    return snapshot(store).entries(after)


def append(log: Log, entry: Entry, author: str) -> bool:
    """Append an entry as the next one of a snapshot; `author` is the run that does it. To be called once a snapshot.

    Return False when somebody else was faster: take a new snapshot and look again. Raises AbortedError when the author
    has been fenced off; StoreError, after which the entry may stand or not; ValueError when `entry.seq` is not next.

    The author is checked against the same snapshot that the entry is made for. So a run that was fenced off can not
    append, and nobody deletes a file that it is just about to append.
    """
    store = log.store
    if entry.seq != log.head + 1:
        raise ValueError(f"entry {entry.seq} is not the next after {log.head}")
    if author in log.aborted():
        raise AbortedError(f"run {author} was taken for dead and fenced off: run it again")
    table = log.table if log.table is not None else delta.create(store, TABLE, RUNS, partitioned=False)
    if delta.version(table) >= entry.seq:
        return False
    rows = pa.Table.from_pylist([_row(entry)], schema=RUNS)
    data = parquet.encode(TABLE, rows)
    name = f"part-{author}-{blake2b(data, digest_size=10).hexdigest()}.parquet"
    fault.point("append.begins")
    store.put(f"{TABLE}/{name}", data)
    if table.commit([delta.Part(name, len(data), "", statistics(rows))], entry.seq):
        return True
    if name in delta.paths(delta.load(store, TABLE)):
        return True  # the server's answer was lost, not the commit
    store.delete(f"{TABLE}/{name}")
    return False


def _row(entry: Entry) -> dict[str, Any]:
    files: list[dict[str, Any]] = [file._asdict() | {"date": file.date.isoformat()} for file in entry.files]
    if files and entry.replaced:
        files[0]["was"] = sorted(entry.replaced)
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "run_id": entry.run_id,
        "files": json.dumps(files),
        "counts": json.dumps(entry.counts),
        "committed_at": entry.committed_at,
        "code_version": _code_version(),
        "schema_version": SCHEMA_VERSION,
        "started_at": entry.told.started_at,
        "made_with": json.dumps(entry.told.made_with) if entry.told.made_with else None,
        "settings": entry.told.settings or None,
    }


def _entry(row: dict[str, Any]) -> Entry:
    listed: list[dict[str, Any]] = json.loads(row["files"])
    replaced = frozenset(path for file in listed for path in file.pop("was", ()))
    files = [WrittenFile(**file | {"date": date.fromisoformat(file["date"])}) for file in listed]
    counts = json.loads(row["counts"])
    told = Told(row.get("started_at"), tuple(json.loads(row.get("made_with") or "[]")), row.get("settings") or "")
    return Entry(row["seq"], row["kind"], row["run_id"], files, counts, row["committed_at"], replaced, told)


@cache
def _code_version() -> str:
    try:
        return package_version("newsbeam")
    except PackageNotFoundError:
        return "0"
