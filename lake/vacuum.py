"""Delete what no table holds any more, once nobody can be reading it: data files, and the old part of Delta's logs.

Which files are too old is told by when their table let them go, by the store's clock where it dates files. A file that
is not logged yet belongs to its run: as long as that has a heartbeat, or is younger than the grace, it stays.
"""

import math
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from lake import delta, log
from lake.heartbeat import FOLDER, Heartbeat
from lake.store import Listed, Store
from lake.tombstones import tombstones
from schemas.errors import StoreError
from schemas.tables import TABLES

#: Every folder that is a Delta table.
FOLDERS: Final = (*TABLES, log.TABLE)

_AT_A_TIME: Final = 8
#: Data files of tables, with the run that wrote them.
DATA: Final = re.compile(r"/part-(?P<run_id>[^/]+)-[0-9a-f]{20}\.parquet$")
_LOG: Final = re.compile(r"/_delta_log/(?P<version>\d{20})\.(?P<kind>json|checkpoint(?:\.\d+\.\d+)?\.parquet)$")


class Leftovers(NamedTuple):
    """Files that are no part of a table any more."""

    old: list[Listed]  # nobody reads them: to be deleted
    waiting: list[Listed]  # somebody may


def now_of(store: Store, own: Heartbeat) -> datetime:
    """Return the time by the store's clock: that of a heartbeat put now; raises StoreError."""
    own.beat()
    for beat in store.list(own.path):
        return beat.modified
    raise StoreError(f"{store.uri(own.path)} is not there though it has just been put")


def leftovers(store: Store, name: str, now: datetime, grace: timedelta) -> Leftovers:
    """Tell which files of a table's folder are left over; raises StoreError.

    The store is listed before the table and the log are read, so that what is committed meanwhile is found in them.
    """
    listed = [file for file in store.list(f"{name}/") if DATA.search(file.path)]
    writing = {beat.path.removeprefix(f"{FOLDER}/") for beat in store.list(f"{FOLDER}/")}
    table = delta.load(store, name)
    entries = log.entries(store, delta.version(table))
    kept = {f"{name}/{path}" for path in delta.paths(table)}
    kept |= {file.path for entry in entries for file in entry.files}
    hours = math.ceil(grace.total_seconds() / 3600)
    let_go = tombstones(table)
    late = {f"{name}/{path}" for path in let_go - tombstones(table, hours)} if hours else set()
    gone = {f"{name}/{path}" for path in let_go} - late
    found = Leftovers([], [])
    for file in listed:
        if file.path in kept:
            continue
        if file.path in gone:
            found.old.append(file)
        elif file.path in late:
            found.waiting.append(file)
        elif _run_of(file.path) not in writing:
            (found.old if now - file.modified >= max(grace, timedelta(days=1)) else found.waiting).append(file)
    return found


def old_log_files(store: Store, name: str, now: datetime, grace: timedelta) -> list[Listed]:
    """Return the files of a Delta log before the newest checkpoint that is older than the grace; raises StoreError."""
    found = [(match, file) for file in store.list(f"{name}/_delta_log/") if (match := _LOG.search(file.path))]
    old = [int(match["version"]) for match, file in found if match["kind"] != "json" and now - file.modified >= grace]
    first = max(old, default=0)
    return [file for match, file in found if int(match["version"]) < first]


def delete(store: Store, files: Iterable[Listed]) -> None:
    """Delete files, some at a time; raises StoreError."""
    with ThreadPoolExecutor(_AT_A_TIME, "delete") as threads:
        for _ in threads.map(lambda file: store.delete(file.path), files):
            pass


def log_version(path: str) -> int | None:
    """Return the version that a commit or checkpoint of a Delta log is of, None for any other file."""
    match = _LOG.search(path)
    return int(match["version"]) if match else None


def _run_of(path: str) -> str:
    match = DATA.search(path)
    return match["run_id"] if match else ""
