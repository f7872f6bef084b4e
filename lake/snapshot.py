"""Tell which files make up the lake right now: one consistent state, without writing anything."""

from lake.log import entries
from lake.store import Store
from schemas.tables import TABLES


def live_files(store: Store) -> dict[str, list[str]]:
    """List the committed files of every table, by paths relative to the lake."""
    files: dict[str, list[str]] = {table: [] for table in TABLES}
    for entry in entries(store, 0):
        if entry.kind == "commit":
            for written in entry.files:
                files[written.table].append(written.path)
    return files
