"""What a run does about runs that died: fence off first, then delete.

A run is dead when its process is known to be gone, or when it gave no sign of life for the lease, by the store's clock.
"""

import json
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Final

from lake import delta, fault, log, raw
from lake.heartbeat import FOLDER, Heartbeat
from lake.process import Process, is_gone
from lake.store import Store
from lake.tombstones import tombstones
from schemas.tables import TABLES

_HOMES: Final = (*TABLES, log.TABLE, raw.TABLE)
_NAME: Final = re.compile(r"/part-(?P<run_id>[^/]+)-[0-9a-f]{20}\.(?:parquet|warc\.gz)$")


def clean_up(store: Store, own: Heartbeat) -> list[str]:
    """Fence off dead runs, delete what they left, and return their ids; several cleaners at once do no harm.

    A run whose process is known to be gone, and that left nothing, is not worth an entry in the log, except on S3:
    there its last request may still be on its way, and what arrives late is deleted because the log says `abort`.
    Raises StoreError.
    """
    own.beat()  # its modification time is now, by the store's clock
    beats = {beat.path: beat for beat in store.list(f"{FOLDER}/")}
    now = beats.pop(own.path).modified if own.path in beats else datetime.min.replace(tzinfo=UTC)
    lease = timedelta(seconds=store.settings.lease)
    dead: list[str] = []
    for path, beat in beats.items():
        gone = _is_gone(store, path)
        if gone or now - beat.modified > lease:
            run_id = path.removeprefix(f"{FOLDER}/")
            fault.point("clean.begins")
            if not gone or store.settings.remote:
                fence(store, run_id, own.run_id)
            discard(store, run_id, own.run_id)
            fault.point("clean.discarded")
            store.delete(path)
            dead.append(run_id)
    store.sweep(now, alone=len(dead) == len(beats))
    return dead


def discard(store: Store, run_id: str, author: str) -> None:
    """Fence off a run that has files outside of the log, and delete them; one without such files is left alone.

    What a run that was fenced off earlier has written since is deleted as well. Raises StoreError; AbortedError when
    the author is fenced off itself.
    """
    files = _files(store)
    if _orphans(store, run_id, files):
        fault.point("discard.begins")
        fence(store, run_id, author)
        fault.point("discard.fenced")
        files = _files(store)  # it may have written until it was fenced off
    fenced = log.snapshot(store).aborted()
    for fellow in files.keys() & fenced:  # nothing of them can be committed any more
        for path in _orphans(store, fellow, files):
            store.delete(path)
            fault.point("discard.deleted")


def is_dead(store: Store, path: str) -> bool:
    """Tell whether the run of a heartbeat is known to be gone, or was silent for the lease by this machine's clock."""
    now = datetime.now(UTC)
    beats = [beat.modified for beat in store.list(path)]
    return not beats or now - beats[0] > timedelta(seconds=store.settings.lease) or _is_gone(store, path)


def _is_gone(store: Store, path: str) -> bool:
    """Tell whether the process behind a heartbeat is known to be gone."""
    try:
        said = json.loads(store.get(path))
        return is_gone(Process(said["host"], said["pid"], said["started"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def fence(store: Store, run_id: str, author: str) -> None:
    """Append to the log that a run is no more: it can commit nothing from now on. Raises StoreError, AbortedError."""
    while True:
        now = log.snapshot(store)
        if run_id in now.aborted():
            return
        entry = log.Entry(now.head + 1, log.ABORT, run_id, [], {}, datetime.now(UTC))
        if log.append(now, entry, author):
            return


def _files(store: Store) -> dict[str, set[str]]:
    """Return the paths of all files of the tables, the log and the raw pages by the run that wrote them."""
    found: dict[str, set[str]] = defaultdict(set)
    for home in _HOMES:
        for listed in store.list(f"{home}/"):
            match = _NAME.search(listed.path)
            if match:
                found[match["run_id"]].add(listed.path)
    return found


def _orphans(store: Store, run_id: str, files: dict[str, set[str]]) -> list[str]:
    """Return the paths of a run's files that neither log nor table holds or held; raw pages are in the log alone."""
    own = files.get(run_id, set())
    if not own:
        return []
    now = log.snapshot(store)
    own = own - {file.path for entry in now.entries(run_id=run_id) for file in entry.files}
    for name in {path.partition("/")[0] for path in own} - {raw.TABLE}:
        table = delta.load(store, name)
        own = own - {f"{name}/{path}" for path in delta.paths(table)}
        if own:  # what a compaction has replaced stays for those who read it
            own = own - {f"{name}/{path}" for path in tombstones(table)}
    return sorted(own)
