"""What other processes do with raw pages in tests."""

import os
from datetime import UTC, datetime
from typing import Any

from lake.commit import commit
from lake.heartbeat import Heartbeat
from lake.raw import RawWriter
from lake.run import begin
from lake.store import Store, open_store
from schemas.errors import AbortedError
from schemas.records import WrittenFile
from schemas.settings import LakeSettings

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


def write_page(store: Store, run_id: str, body: bytes) -> list[WrittenFile]:
    """Write a file with one page."""
    writer = RawWriter(store, run_id, NOW.date())
    writer.add("https://example.org/a", "https://example.org/a", NOW, 200, {}, body)
    return writer.flush()


def commit_one_and_write_another(settings: LakeSettings, run_id: str, wrote: Any) -> None:
    """Commit a file of pages, write a second one, say so, and wait to be killed."""
    store = open_store(settings)
    store.check()
    Heartbeat(store, run_id).start()
    commit(store, run_id, write_page(store, run_id, b"committed"), 0)
    write_page(store, run_id, b"lost")
    wrote.set()
    os.read(os.pipe()[0], 1)


def write_and_wait(settings: LakeSettings, channel: Any) -> None:
    """Write a file of pages, say which run it is, wait to be told, commit, and say what came of it."""
    store = open_store(settings)
    with begin(settings) as run:
        files = write_page(store, run.run_id, b"paused")
        channel.send(run.run_id)
        channel.recv()
        try:
            commit(store, run.run_id, files, 0)
            channel.send("committed")
        except AbortedError:
            channel.send("aborted")
