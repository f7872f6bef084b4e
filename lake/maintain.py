"""Keep a lake fast and small: compaction, old rows, files that nobody reads any more, Delta's checkpoints and logs.

Safe beside running writers and readers: rows are never changed, files that were replaced stay for the grace, and each
step is one commit or a deletion that may be interrupted anywhere and is done by the next maintenance.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from lake import delta, log
from lake.checkpoint import checkpoint
from lake.compact import compact, groups
from lake.compact_runs import compact_runs, groups_of_runs
from lake.erase_traces import finish, writing
from lake.heartbeat import FOLDER, Heartbeat
from lake.project import parts, roll_forward
from lake.replace import Live, Swap, live, replace
from lake.retention import outdated, outdated_files
from lake.run import begin
from lake.snapshot import has_begun
from lake.store import Store, open_store
from lake.vacuum import FOLDERS, delete, leftovers, now_of, old_log_files
from schemas.settings import LakeSettings, RetentionSettings
from schemas.tables import TABLES

ROLE: Final = "maintain"

#: Hears the name of each step as it is reached.
Steps = Callable[[str], None]


class Tidied(NamedTuple):
    """What came of one table, or would come of it."""

    table: str
    outdated: int = 0  # rows that were older than they are kept; of a plan: files with such rows
    files_before: int = 0
    files_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0  # of a plan: at most
    deleted: int = 0  # files that were left over for longer than the grace
    deleted_bytes: int = 0
    waiting: int = 0  # files that are left over, and deleted when the grace is over
    waiting_bytes: int = 0


class Maintained(NamedTuple):
    """What came of a maintenance; `yielded_to` is another one that goes on, to which everything was left."""

    tables: tuple[Tidied, ...] = ()
    yielded_to: str = ""


def maintain(
    settings: LakeSettings,
    grace: timedelta,
    reached: Steps = lambda _: None,
    kept: RetentionSettings = RetentionSettings(),  # noqa: B008  a constant
) -> Maintained:
    """Take out old rows, compact every table and the log, delete what is left over, shorten Delta's logs.

    What is left over is deleted once that is longer ago than the grace.
    Raises SettingsError when the lake can not be used, StoreError when it fails midway: what is done stays.
    """
    store = open_store(settings)
    store.check()
    if not has_begun(store):
        return Maintained()
    with begin(settings, ROLE) as run:
        other = others(store, run.run_id)
        if other:
            return Maintained((), other)
        head = roll_forward(store, lag=0)
        if not writing(store, run.run_id):
            finish(store, run.run_id)
        reached("begun")
        today = run.started_at.date()
        old = {name: _outdated(store, name, kept, today, run.run_id) for name in TABLES}
        reached("outdated")
        compacted = [_compacted(store, name, head, run.run_id, reached) for name in FOLDERS]
        tables = [tidied._replace(outdated=old.get(tidied.table, 0)) for tidied in compacted]
        own = Heartbeat(store, run.run_id)
        return Maintained(tuple(_swept(store, tidied, own, grace, reached) for tidied in tables))


def plan(settings: LakeSettings, kept: RetentionSettings = RetentionSettings()) -> Maintained:  # noqa: B008  a constant
    """Tell what `maintain` would do, without writing anything; raises StoreError."""
    store = open_store(settings)
    return Maintained(tuple(_planned(store, name, kept) for name in FOLDERS) if has_begun(store) else ())


def others(store: Store, run_id: str, role: str = ROLE) -> str:
    """Return the run of a role that began before this one and still gives signs of life, "" where there is none."""
    names = sorted(beat.path.removeprefix(f"{FOLDER}/") for beat in store.list(f"{FOLDER}/"))
    return next((name for name in names if name.endswith(f"-{role}") and name < run_id), "")


def _outdated(store: Store, name: str, kept: RetentionSettings, today: date, run_id: str) -> int:
    found = list(outdated(store, name, kept, today, run_id))
    stood = replace(store, name, [swap for swap, _ in found], data_change=True) if found else []
    return sum(rows for swap, rows in found if swap in stood)


def _compacted(store: Store, name: str, head: int, run_id: str, reached: Steps) -> Tidied:
    table = delta.load(store, name)
    before = live(table)
    if name == log.TABLE:
        swaps: Iterable[Swap] = [compact_runs(store, group, run_id) for group in groups_of_runs(table, head)]
    else:
        swaps = list(compact(store, name, groups(before), run_id))
    if swaps:
        reached(f"written {name}")
        stood = replace(store, name, list(swaps), data_change=False)
        reached(f"committed {name}")
        for swap in swaps:
            for part in swap.new if swap not in stood else ():
                store.delete(f"{name}/{part.path}")
    after = live(delta.load(store, name)) if swaps else before
    return Tidied(name, 0, len(before), len(after), _size(before), _size(after))


def _swept(store: Store, tidied: Tidied, own: Heartbeat, grace: timedelta, reached: Steps) -> Tidied:
    name = tidied.table
    if tidied.files_before != tidied.files_after:
        checkpoint(store, name)
        reached(f"checkpoint {name}")
    now = now_of(store, own)
    found = leftovers(store, name, now, grace)
    delete(store, found.old)
    reached(f"vacuumed {name}")
    delete(store, old_log_files(store, name, now, grace))
    return tidied._replace(
        deleted=len(found.old),
        deleted_bytes=sum(file.size for file in found.old),
        waiting=len(found.waiting),
        waiting_bytes=sum(file.size for file in found.waiting),
    )


def _planned(store: Store, name: str, kept: RetentionSettings) -> Tidied:
    table = delta.load(store, name)
    before = live(table)
    if name == log.TABLE:
        chosen = groups_of_runs(table, delta.version(table))
    else:
        held = delta.version(table)
        missing = parts(name, log.entries(store, held), held)
        before += [Live(part.path, part.size, part.day) for part in missing]
        chosen = groups(before)
    fewer = sum(len(group) - 1 for group in chosen)
    size = _size(before)
    old = outdated_files(store, name, kept, datetime.now(UTC).date()) if name in TABLES else []
    return Tidied(name, len(old), len(before), len(before) - fewer, size, size)


def _size(files: Iterable[Live]) -> int:
    return sum(file.size for file in files)
