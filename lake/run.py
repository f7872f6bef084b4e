"""One execution of a pipeline on a lake: it announces itself, cleans up after the dead, and leaves nothing behind."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from lake import fault
from lake.clean import clean_up, discard, is_dead
from lake.heartbeat import FOLDER, Heartbeat
from lake.project import roll_forward
from lake.run_ids import new_id
from lake.store import Store, open_store
from schemas.errors import StoreError
from schemas.settings import LakeSettings

_NO_MORE: Final = 5.0  # seconds for which a store is waited for that has failed already

#: The role of an erasure, beside which nobody writes.
FORGET: Final = "forget"


class Run(NamedTuple):
    """A run that is going on."""

    run_id: str  # time and chance; never used again
    started_at: datetime  # UTC


@contextmanager
def begin(settings: LakeSettings, role: str = "") -> Iterator[Run]:
    """Run the body as one run of the lake.

    Before it: the store is checked, the run's heartbeat starts, the tables are brought up to the log, dead runs are
    cleaned up after. After it, however it ends: files of the run that were never committed are deleted, and its
    heartbeat. A run that commits nothing leaves no trace; one that can not clean up leaves its heartbeat, and the next
    one finds it. A `role` (maintain, forget) stands at the end of its id.

    Raises SettingsError when the lake can not be used, StoreError when it fails in between.
    """
    store = open_store(settings)
    store.check()
    _wait_for_erasure(store)
    started_at = datetime.now(UTC)
    run = Run(new_id(started_at, role), started_at)
    heartbeat = Heartbeat(store, run.run_id)
    give_back = store.reserve()
    patience = settings.patience
    try:
        heartbeat.start()
        fault.point("run.begins")
        roll_forward(store)
        fault.point("run.rolled")
        clean_up(store, heartbeat)
        fault.point("run.cleaned")
        if erasing := _erasing(store, run.run_id):
            raise _refusal(erasing)
        yield run
    except StoreError:
        patience = min(patience, _NO_MORE)  # it has been waited for
        raise
    finally:
        fault.point("run.ends")
        give_back()
        _end(open_store(replace(settings, patience=patience)), heartbeat)


def _end(store: Store, heartbeat: Heartbeat) -> None:
    """Delete what was not committed, then the heartbeat; where that fails it stays, and the next run does both."""
    heartbeat.stop()
    with contextlib.suppress(StoreError):
        discard(store, heartbeat.run_id, heartbeat.run_id)
        fault.point("run.discarded")
        store.delete(heartbeat.path)


def _wait_for_erasure(store: Store) -> None:
    """Wait until an erasure is over, as long as for a store that is away; raises StoreError when it takes longer.

    Without a heartbeat: the erasure itself waits for all of those to end.
    """
    deadline = time.monotonic() + store.settings.patience
    while erasing := [path for path in _erasing(store) if not is_dead(store, path)]:
        if time.monotonic() > deadline:
            raise _refusal(erasing)
        time.sleep(0.5)


def _erasing(store: Store, own: str = "") -> list[str]:
    """Return the heartbeats of erasures but for the own one."""
    return [
        beat.path
        for beat in store.list(f"{FOLDER}/")
        if beat.path.endswith(f"-{FORGET}") and beat.path != f"{FOLDER}/{own}"
    ]


def _refusal(erasing: list[str]) -> StoreError:
    return StoreError(f"articles are being erased ({erasing[0]}): run it again when that is over")
