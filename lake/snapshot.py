"""Tell which files make up the lake right now: one consistent state, without writing anything.

The tables are projections of the log and may stand behind it; what they lack is in the entries that follow.
"""

from collections.abc import Iterable

from lake import delta, log
from lake.project import parts
from lake.store import Store
from schemas.tables import TABLES


def has_begun(store: Store) -> bool:
    """Tell whether anything was ever committed; a lake that is not there has not. Raises StoreError."""
    return next(iter(store.list("runs/_delta_log/")), None) is not None


def live_files(store: Store, names: Iterable[str] = tuple(TABLES)) -> dict[str, list[str]]:
    """List the committed files of some tables, or all, by paths relative to the lake; raises StoreError.

    The log is read after the tables, so that it is never behind them; where it is, a writer passed in between: again.
    """
    while True:
        tables = {name: delta.load(store, name) for name in names}
        now = log.snapshot(store)
        versions = {name: table.version if table else 0 for name, table in tables.items()}
        if max(versions.values()) <= now.head:
            break
    pending = now.entries(min(versions.values()))
    return {
        name: sorted(
            {f"{name}/{path}" for path in (table.paths() if table else ())}
            | {f"{name}/{part.path}" for part in parts(name, pending, versions[name])}
        )
        for name, table in tables.items()
    }
