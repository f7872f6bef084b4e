"""Write the state of a Delta table into one file of its log."""

from deltalake.exceptions import DeltaError

from lake import delta
from lake.store import Store
from schemas.errors import StoreError


def checkpoint(store: Store, name: str) -> None:
    """Write the state of a table into one file, so that who opens it reads no long log; raises StoreError."""
    table = delta.load(store, name)
    if table is None:
        return
    try:
        table.table.create_checkpoint()
    except (DeltaError, OSError) as error:
        line = " ".join(str(error).split())[:300]
        raise StoreError(f"{table.table.table_uri}: no checkpoint can be written: {line}") from error
