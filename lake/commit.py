"""The commit: files become part of the lake by one append to the log, or not at all."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lake import fault, log
from lake.contract import check_version
from lake.draft import Draft
from lake.project import roll_forward
from lake.rewrite import Taken
from lake.run_ids import started_at
from lake.store import Store
from lake.taken import taken_by
from schemas.errors import AbortedError, StoreError
from schemas.records import WrittenFile


class Committed(NamedTuple):
    """A commit that stands."""

    seq: int  # its entry in the log
    counts: dict[str, Any]  # articles, mentions, dead_letters, removed: int; outcomes: {word: int}


def commit(store: Store, run_id: str, files: Sequence[WrittenFile], seen: int, settings: str = "") -> Committed | None:
    """Make files part of the lake; None when there is nothing to commit.

    `seen` is the head of the log that the run's known keys covered. What others have stored since is taken out of the
    files first: an article, a mention or a sighting is dropped, an outcome becomes `duplicate`. The same call may come
    again, after a failure or from a runner that repeats a step: what stands already is found and not added again.

    Raises AbortedError when the run was fenced off, SettingsError when a newer version writes to the lake, StoreError
    when the store fails; a retry of the call is safe.
    """
    draft: Draft | None = None
    taken = Taken(set(), set(), set())
    looked = seen
    while True:
        now = log.snapshot(store)
        if now.head < seen:
            raise StoreError(f"the lake {store.settings.uri} has lost its log while this run went on: was it emptied?")
        if run_id in now.aborted():
            raise AbortedError(f"run {run_id} was taken for dead and fenced off: run it again")
        check_version(now.table)
        since = now.entries(seen)
        wanted, stands = _not_logged(files, since)
        if not wanted:
            return stands
        taken.update(taken_by(store, [entry for entry in since if entry.seq > looked]))
        looked = now.head
        try:
            draft = draft if draft and draft.wanted == wanted else Draft(store, run_id, wanted)
            draft.give_way(taken)
        except FileNotFoundError as error:
            raise _vanished(store, run_id, error) from error
        if not draft.files:
            return stands
        fault.point("commit.decided")
        entry = _entry(now.head + 1, draft, settings)
        if log.append(now, entry, run_id):
            fault.point("commit.stands")
            _tidy(store, draft)
            return Committed(entry.seq, entry.counts)


def _entry(seq: int, draft: Draft, settings: str) -> log.Entry:
    replaced = frozenset(draft.replaced)
    told = log.Told(started_at(draft.run_id), draft.made_with(), settings)
    return log.Entry(seq, log.COMMIT, draft.run_id, draft.files, draft.counts(), datetime.now(UTC), replaced, told)


def _not_logged(
    files: Sequence[WrittenFile], entries: Sequence[log.Entry]
) -> tuple[list[WrittenFile], Committed | None]:
    """Return the files that no entry holds or stands for, and the last entry that holds one of the others."""
    wanted = {file.path: file for file in files}
    stands = None
    for entry in entries:
        held = wanted.keys() & ({file.path for file in entry.files} | entry.replaced)
        if held:
            stands = Committed(entry.seq, entry.counts)
        for path in held:
            del wanted[path]
    return list(wanted.values()), stands


def _vanished(store: Store, run_id: str, error: FileNotFoundError) -> StoreError:
    if run_id in log.snapshot(store).aborted():
        return AbortedError(f"run {run_id} was taken for dead and fenced off: run it again")
    return StoreError(f"a file of run {run_id} is gone before its commit: {error}")


def _tidy(store: Store, draft: Draft) -> None:
    """Do what the next run would do as well: delete what was replaced, bring the tables up to the log."""
    with contextlib.suppress(StoreError):
        for path in draft.replaced:
            store.delete(path)
        fault.point("commit.tidied")
        roll_forward(store)
