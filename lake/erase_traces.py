"""Erase what is left of rows that are gone: old files, what the log says of values, the history of the tables.

Nothing here knows what was erased: whatever is no part of a table any more goes, at once.
"""

from lake import delta, log
from lake.checkpoint import checkpoint
from lake.compact_runs import compact_runs, says_values
from lake.delta import Snapshot
from lake.heartbeat import FOLDER
from lake.replace import Live, live, replace
from lake.store import Listed, Store
from lake.vacuum import DATA, FOLDERS, delete, log_version
from schemas.errors import StoreError

#: Where an erasure leaves its name until it has ended, for a maintenance to bring it to its end.
UNFINISHED = "_forget"


def erase_traces(store: Store, run_id: str) -> int:
    """Erase them all and return how many files went; nobody else may be writing. Raises StoreError."""
    _erase_values(store, run_id)
    count = 0
    for name in FOLDERS:
        listed = [file for file in store.list(f"{name}/") if DATA.search(file.path)]
        kept = {f"{name}/{path}" for path in delta.paths(delta.load(store, name))}
        old = [file for file in listed if file.path not in kept]
        delete(store, old)
        count += len(old) + _erase_history(store, name)
    return count


def finish(store: Store, run_id: str) -> None:
    """Bring erasures to their end that were interrupted; nobody else may be writing. Raises StoreError."""
    markers = list(store.list(f"{UNFINISHED}/"))
    if markers:
        erase_traces(store, run_id)
        delete(store, markers)


def writing(store: Store, run_id: str) -> list[str]:
    """Return the other runs that give signs of life; raises StoreError."""
    names = (beat.path.removeprefix(f"{FOLDER}/") for beat in store.list(f"{FOLDER}/"))
    return sorted(name for name in names if name != run_id)


def _erase_values(store: Store, run_id: str) -> None:
    """Leave out of all entries what they say of the values in their files; every table must hold the files."""
    while True:
        table = delta.load(store, log.TABLE)
        for kind in (log.COMMIT, log.ABORT):
            chosen = [file for file in _of_kind(table, kind) if says_values(store, file)]
            swaps = [compact_runs(store, chosen, run_id)] if chosen else []
            if replace(store, log.TABLE, swaps, data_change=False) != swaps:
                break
        else:
            return


def _of_kind(table: Snapshot | None, kind: str) -> list[Live]:
    if table is None:
        return []
    actions = table.actions()
    kinds = dict(zip(actions["path"].to_pylist(), actions["min.kind"].to_pylist(), strict=True))
    return [file for file in live(table) if kinds[file.path] == kind]


def _erase_history(store: Store, name: str) -> int:
    """Delete what lies before the newest version of a table: it holds values of rows that are gone."""
    table = delta.load(store, name)
    if table is None:
        return 0
    last = table.table.version()
    if last == 0:
        return 0
    checkpoint(store, name)
    if not any(log_version(file.path) == last and file.path.endswith(".parquet") for file in _history(store, name)):
        raise StoreError(f"{store.uri(name)} moved on while its history was to be erased: run it again")
    old = [file for file in _history(store, name) if (log_version(file.path) or 0) < last]
    delete(store, [file for file in old if log_version(file.path) is not None])
    return len(old)


def _history(store: Store, name: str) -> list[Listed]:
    return [file for file in store.list(f"{name}/_delta_log/") if log_version(file.path) is not None]
