"""Files that a table has let go: they are no part of it any more, and stay for those who still read them."""

from deltalake.exceptions import DeltaError

from lake.delta import Snapshot
from schemas.errors import StoreError


def tombstones(table: Snapshot | None, hours: int = 0) -> set[str]:
    """Return the paths of files that a table let go `hours` ago or earlier, relative to the table.

    Delta remembers them for a week (`delta.deletedFileRetentionDuration`). Raises StoreError.
    """
    if table is None:
        return set()
    try:  # says what it would delete; without `full` it lists nothing of the store
        found = table.table.vacuum(hours, dry_run=True, enforce_retention_duration=False)
    except (DeltaError, OSError) as error:
        raise StoreError(f"{table.table.table_uri} can not be read: {' '.join(str(error).split())[:300]}") from error
    return set(found)
