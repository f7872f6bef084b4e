"""What the entries of the log say is stored: the keys that no other run may store again."""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from lake import delta, parquet
from lake.log import Entry
from lake.rewrite import Taken
from lake.store import Store
from schemas.outcomes import is_settled

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "outcomes": ("reference_id", "revision_id", "outcome", "retry_at"),
    "sightings": ("sighting_id",),
}


def taken_by(store: Store, entries: Sequence[Entry]) -> Taken:
    """Return the references, revisions and sightings that some entries settle; raises StoreError."""
    taken = Taken(set(), set(), set())
    for name in _COLUMNS:
        try:
            for table in added(store, name, entries, _COLUMNS[name]):
                _gather(taken, table)
        except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
            _gather_compacted(taken, store, name, entries)
    return taken


def current(store: Store, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read columns of a table file by file, as its newest snapshot lists them."""
    paths = sorted(delta.paths(delta.load(store, name)))
    yield from parquet.read_all(store, [f"{name}/{path}" for path in paths], columns)


def added(store: Store, name: str, entries: Sequence[Entry], columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read columns of what some entries added to a table; raises FileNotFoundError when it was compacted away."""
    paths = [file.path for entry in entries for file in entry.files if file.table == name]
    yield from parquet.read_all(store, paths, columns)


def _gather_compacted(taken: Taken, store: Store, name: str, entries: Sequence[Entry]) -> None:
    runs = {entry.run_id for entry in entries}
    held = delta.version(delta.load(store, name))
    for table in added(store, name, [entry for entry in entries if entry.seq > held], _COLUMNS[name]):
        _gather(taken, table)
    for table in current(store, name, (*_COLUMNS[name], "run_id")):
        mask = pa.array([run_id in runs for run_id in table["run_id"].to_pylist()], pa.bool_())
        _gather(taken, table.filter(mask))


def _gather(taken: Taken, table: pa.Table) -> None:
    if "sighting_id" in table.column_names:
        taken.sightings.update(table["sighting_id"].to_pylist())
        return
    taken.revisions.update(revision for revision in table["revision_id"].to_pylist() if revision is not None)
    rows = zip(*(table[name].to_pylist() for name in ("reference_id", "outcome", "retry_at")), strict=True)
    taken.references.update(reference for reference, outcome, retry_at in rows if is_settled(outcome, retry_at))
