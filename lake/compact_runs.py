"""Many entries of the log become one file; each keeps its number, and the files it named.

What an entry says of its files' smallest and largest values is left out: every table has taken the files in by then.
Commits and aborts stay apart, so that `Log.aborted` reads little.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from lake import log, parquet
from lake.compact import groups, rows_of
from lake.delta import Part, Snapshot
from lake.replace import Live, Swap, live
from lake.stats import statistics
from lake.store import Store
from schemas.tables import RUNS


def groups_of_runs(table: Snapshot | None, head: int) -> list[tuple[Live, ...]]:
    """Choose which files of the log become one; entries after `head`, which tables may lack, stay as they are."""
    if table is None:
        return []
    actions = table.actions()
    kinds = dict(zip(actions["path"].to_pylist(), actions["min.kind"].to_pylist(), strict=True))
    last = dict(zip(actions["path"].to_pylist(), actions["max.seq"].to_pylist(), strict=True))
    files = [file for file in live(table) if last[file.path] <= head]
    return [
        group
        for kind in (log.ABORT, log.COMMIT)
        for group in groups(file for file in files if kinds[file.path] == kind)
    ]


def compact_runs(store: Store, group: Sequence[Live], run_id: str) -> Swap:
    """Write one file for some files of the log; raises StoreError, FileNotFoundError."""
    rows = rows_of(store, [f"{log.TABLE}/{file.path}" for file in group], RUNS).sort_by("seq")
    spare = pa.array([_without_values(files) for files in rows["files"].to_pylist()], pa.string())
    rows = rows.set_column(rows.column_names.index("files"), RUNS.field("files"), spare)
    return Swap(tuple(group), (write_entries(store, rows, run_id),))


def write_entries(store: Store, rows: pa.Table, run_id: str) -> Part:
    """Write entries as one file of the log; raises StoreError."""
    data = parquet.encode(log.TABLE, rows)
    name = f"part-{run_id}-{blake2b(data, digest_size=10).hexdigest()}.parquet"
    store.put(f"{log.TABLE}/{name}", data)
    return Part(name, len(data), "", statistics(rows))


def says_values(store: Store, file: Live) -> bool:
    """Tell whether a file of the log says more of data files than their rows; raises StoreError."""
    found = parquet.decode(store.get(f"{log.TABLE}/{file.path}"), ["files"])["files"].to_pylist()
    return any(_without_values(files) != files for files in found)


def _without_values(files: str) -> str:
    listed: list[dict[str, Any]] = json.loads(files)
    for file in listed:
        file["stats"] = json.dumps({"numRecords": file["rows"]}, separators=(",", ":"))
    return json.dumps(listed)
