"""Files that a table has let go: they are no part of it any more, and stay for those who still read them."""

from lake import delta
from lake.delta import Snapshot


def tombstones(table: Snapshot | None, hours: int = 0) -> set[str]:
    """Return the paths of files that a table let go `hours` ago or earlier, relative to the table.

    Delta remembers them for a week (`delta.deletedFileRetentionDuration`). Raises StoreError.
    """
    if table is None:
        return set()

    def ask() -> list[str]:  # says what it would delete; without `full` it lists nothing of the store
        return table.table.vacuum(hours, dry_run=True, enforce_retention_duration=False)

    return set(delta.while_away(table.store, table.name, "read", ask))
