"""What the entries of the log say is stored: the keys that no other run may store again."""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from lake import delta, parquet
from lake.log import Entry
from lake.rewrite import Taken
from lake.store import Store
from schemas.outcomes import TRANSIENT

_COLUMNS: Final = ("reference_id", "revision_id", "outcome")


def taken_by(store: Store, entries: Sequence[Entry]) -> Taken:
    """Return the references and revisions that the outcomes of some entries settle; raises StoreError."""
    taken = Taken(set(), set())
    try:
        for table in outcomes_of(store, entries, _COLUMNS):
            _gather(taken, table)
    except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
        runs = {entry.run_id for entry in entries}
        held = delta.version(delta.load(store, "outcomes"))
        for table in outcomes_of(store, [entry for entry in entries if entry.seq > held], _COLUMNS):
            _gather(taken, table)
        for table in current_outcomes(store, (*_COLUMNS, "run_id")):
            mask = pa.array([run_id in runs for run_id in table["run_id"].to_pylist()], pa.bool_())
            _gather(taken, table.filter(mask))
    return taken


def current_outcomes(store: Store, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read columns of `outcomes` file by file, as its newest snapshot lists them."""
    paths = sorted(delta.paths(delta.load(store, "outcomes")))
    yield from parquet.read_all(store, [f"outcomes/{path}" for path in paths], columns)


def outcomes_of(store: Store, entries: Sequence[Entry], columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read columns of the outcomes that some entries added; raises FileNotFoundError when they were compacted away."""
    paths = [file.path for entry in entries for file in entry.files if file.table == "outcomes"]
    yield from parquet.read_all(store, paths, columns)


def _gather(taken: Taken, table: pa.Table) -> None:
    taken.revisions.update(revision for revision in table["revision_id"].to_pylist() if revision is not None)
    pairs = zip(table["reference_id"].to_pylist(), table["outcome"].to_pylist(), strict=True)
    taken.references.update(reference for reference, outcome in pairs if outcome not in TRANSIENT)
