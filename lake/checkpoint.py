"""Write the state of a Delta table into one file of its log."""

from lake import delta
from lake.store import Store


def checkpoint(store: Store, name: str) -> None:
    """Write the state of a table into one file, so that who opens it reads no long log; raises StoreError."""
    table = delta.load(store, name)
    if table is None:
        return
    delta.while_away(store, name, "shortened", table.table.create_checkpoint)
