"""Raw pages of runs that were killed or paused, on disk and on MinIO, in processes of their own."""

import dataclasses
import os
import signal
import time
from multiprocessing.context import ForkServerContext

import pytest
import raw_processes as work

from lake import log
from lake.raw import read_raw
from lake.run import begin
from lake.store import Store, open_store
from schemas.records import RawPlace
from schemas.settings import LakeSettings


def pages(store: Store) -> list[bytes]:
    """Return the first page of each raw file."""
    found = []
    for listed in store.list("raw/"):
        member_two = store.get(listed.path).index(b"\x1f\x8b\x08", 3)
        found.append(read_raw(store, RawPlace(listed.path, member_two)).body)
    return sorted(found)


def test_of_a_killed_run_only_what_it_committed_stays(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    store = open_store(lake_settings)
    wrote = processes.Event()
    process = processes.Process(
        target=work.commit_one_and_write_another, args=(lake_settings, "dead1", wrote), daemon=True
    )
    process.start()
    assert wrote.wait(60)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert pages(store) == [b"committed", b"lost"]
    with begin(lake_settings):
        assert pages(store) == [b"committed"]
        work.write_page(store, "dead1", b"arrives late")
    with begin(lake_settings):
        assert pages(store) == [b"committed"]
    assert log.snapshot(store).aborted() == {"dead1"}


def test_a_paused_writer_that_wakes_up_commits_nothing(
    lake_settings: LakeSettings, processes: ForkServerContext, request: pytest.FixtureRequest
) -> None:
    settings = dataclasses.replace(lake_settings, heartbeat=0.1, lease=0.6)
    store = open_store(settings)
    here, there = processes.Pipe()
    process = processes.Process(target=work.write_and_wait, args=(settings, there), daemon=True)
    process.start()
    run_id = here.recv()
    assert pages(store) == [b"paused"]
    assert process.pid
    os.kill(process.pid, signal.SIGSTOP)
    request.addfinalizer(process.kill)  # a stopped process would outlive the session
    deadline = time.monotonic() + 30
    while run_id not in log.snapshot(store).aborted():
        assert time.monotonic() < deadline
        with begin(settings):
            pass
    assert pages(store) == []
    os.kill(process.pid, signal.SIGCONT)
    here.send("go on")
    assert here.recv() == "aborted"
    process.join(60)
    assert process.exitcode == 0
    assert pages(store) == []
