"""What the tests of the lake run in processes of their own."""

import os
import random
import resource
from datetime import UTC, datetime
from typing import Any

from lake_rows import DAY, article, ingest, reference, sighting, write_articles
from raw_processes import write_page

from lake import log
from lake.commit import commit
from lake.heartbeat import Heartbeat
from lake.known import Known
from lake.process import temporary_name
from lake.run import begin
from lake.store import Store, open_store
from lake.writer import TableWriter
from schemas.errors import AbortedError, SettingsError, StoreError
from schemas.settings import LakeSettings


def ingest_together(settings: LakeSettings, numbers: list[int], barrier: Any) -> None:
    """Ingest at the same moment as others."""
    barrier.wait(60)
    ingest(settings, numbers)


def die_at(settings: LakeSettings, step: str, numbers: list[int]) -> None:
    """Ingest until a step of the protocol kills the process."""
    os.environ["NEWSBEAM_FAULT"] = step
    ingest_everything(settings, numbers)


def ingest_everything(settings: LakeSettings, numbers: list[int]) -> None:
    """Run an ingest of one slice that leaves sightings and raw pages beside the articles."""
    store = open_store(settings)
    cache = Known(store)
    with begin(settings) as run:
        seen = cache.refresh()
        new = [number for number in numbers if reference(number) not in cache]
        writer = TableWriter(store, run.run_id)
        files = [file for number in new for file in writer.add("sightings", DAY, sighting(article(number, run.run_id)))]
        files += write_articles(writer, new, run.run_id)
        files += write_page(store, run.run_id, repr(new).encode()) if new else []
        commit(store, run.run_id, files, seen)


def ingest_for_ever(settings: LakeSettings, numbers: list[int], sample: int) -> None:
    """Ingest random samples until killed."""
    chance = random.Random(os.getpid())
    while True:
        ingest(settings, chance.sample(numbers, sample))


def clean_together(settings: LakeSettings, barrier: Any) -> None:
    """Begin and end a run at the same moment as others."""
    barrier.wait(60)
    with begin(settings):
        pass


def abort_together(settings: LakeSettings, times: int, barrier: Any) -> None:
    """Append entries to the log at the same moment as others."""
    store = open_store(settings)
    barrier.wait(60)
    for number in range(times):
        abort(store, f"run{os.getpid()}x{number}")


def abort(store: Store, run_id: str) -> int:
    """Append an abort, again and again until it stands; return its number."""
    while True:
        now = log.snapshot(store)
        if log.append(now, log.Entry(now.head + 1, log.ABORT, run_id, [], {}, datetime.now(UTC)), "author"):
            return now.head + 1


def write_only(settings: LakeSettings, run_id: str, numbers: list[int], wrote: Any) -> None:
    """Write the files of a run, say so, and wait to be killed."""
    store = open_store(settings)
    store.check()
    Heartbeat(store, run_id).start()
    if numbers:
        write_articles(TableWriter(store, run_id), numbers, run_id)
    wrote.set()
    while True:
        wrote.wait()
        os.read(os.pipe()[0], 1)


def write_and_wait(settings: LakeSettings, numbers: list[int], channel: Any) -> None:
    """Write the files of a run, say which it is, wait to be told, commit, and say what came of it."""
    store = open_store(settings)
    with begin(settings) as run:
        files = write_articles(TableWriter(store, run.run_id), numbers, run.run_id)
        channel.send(run.run_id)
        channel.recv()
        try:
            commit(store, run.run_id, files, 0)
            channel.send("committed")
        except AbortedError:
            channel.send("aborted")


def append_only(settings: LakeSettings, run_id: str, numbers: list[int]) -> None:
    """Append to the log as `commit` does, and end before anything else happens."""
    store = open_store(settings)
    store.check()
    Heartbeat(store, run_id).beat()
    files = write_articles(TableWriter(store, run_id), numbers, run_id)
    now = log.snapshot(store)
    log.append(now, log.Entry(now.head + 1, log.COMMIT, run_id, files, {}, datetime.now(UTC)), run_id)
    os._exit(0)


def ingest_with_small_files(settings: LakeSettings, size: int, channel: Any) -> None:
    """Ingest an article that is larger than a file may be, and say what comes of it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        with begin(settings) as run:
            writer = TableWriter(open_store(settings), run.run_id)
            write_articles(writer, [2], run.run_id)
            writer.add("articles", DAY, article(3, run.run_id, os.urandom(size).hex()))
            writer.flush()
        channel.send("")
    except StoreError as error:
        channel.send(str(error))


def name_a_probe(settings: LakeSettings) -> None:
    """Leave a probe behind as a check does that is killed."""
    open_store(settings).put(f"_tmp/{temporary_name()}", b"")


def check_as_nobody(settings: LakeSettings, channel: Any) -> None:
    """Check a lake as a user who owns nothing, and say what is wrong with it."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        open_store(settings).check()
        channel.send("")
    except SettingsError as error:
        channel.send(str(error))
