"""What the entries of the log say is stored: the keys that no other run may store again."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from lake import delta, parquet
from lake.log import Entry
from lake.rewrite import Taken
from lake.store import Store
from schemas.outcomes import TRANSIENT
from schemas.records import WrittenFile


def taken_by(store: Store, entries: Sequence[Entry]) -> Taken:
    """Return the references and revisions that the outcomes of some entries settle; raises StoreError."""
    taken = Taken(set(), set())
    try:
        for table in _outcomes(store, [file for entry in entries for file in entry.files]):
            _gather(taken, table)
    except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
        runs = {entry.run_id for entry in entries}
        for table in current_outcomes(store, ("reference_id", "revision_id", "outcome", "run_id")):
            mask = pa.array([run_id in runs for run_id in table["run_id"].to_pylist()], pa.bool_())
            _gather(taken, table.filter(mask))
    return taken


def current_outcomes(store: Store, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read columns of `outcomes` file by file, as its newest snapshot lists them."""
    for path in sorted(delta.paths(delta.load(store, "outcomes"))):
        yield parquet.decode(store.get(f"outcomes/{path}"), columns)


def _outcomes(store: Store, files: Iterable[WrittenFile]) -> Iterator[pa.Table]:
    for file in files:
        if file.table == "outcomes":
            yield parquet.read(store, file, ("reference_id", "revision_id", "outcome"))


def _gather(taken: Taken, table: pa.Table) -> None:
    taken.revisions.update(revision for revision in table["revision_id"].to_pylist() if revision is not None)
    pairs = zip(table["reference_id"].to_pylist(), table["outcome"].to_pylist(), strict=True)
    taken.references.update(reference for reference, outcome in pairs if outcome not in TRANSIENT)
