"""Runs that begin, end, die and are cleaned up after, on disk and on MinIO, in processes of their own."""

import dataclasses
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import lake_processes as work
import pytest
from lake_rows import audit, ingest, listing, write_articles

from lake import log
from lake.clean import clean_up
from lake.commit import commit
from lake.heartbeat import FOLDER, Heartbeat
from lake.process import temporary_name
from lake.run import begin
from lake.store import open_store
from lake.writer import TableWriter
from schemas.errors import AbortedError, SettingsError, StoreError
from schemas.settings import LakeSettings


class StoodStill(datetime):
    """A clock that shows one second for ever."""

    @classmethod
    def now(cls, tz: Any = None) -> "StoodStill":
        return cls(2026, 11, 23, tzinfo=tz)


def start(processes: ForkServerContext, target: Any, *arguments: Any) -> ForkServerProcess:
    process = processes.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def finish(*started: ForkServerProcess) -> None:
    for process in started:
        process.join(60)
        assert process.exitcode == 0


def kill(process: ForkServerProcess) -> None:
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def die(processes: ForkServerContext, settings: LakeSettings, run_id: str, numbers: list[int]) -> None:
    """Leave a heartbeat and files behind as a killed run does."""
    wrote = processes.Event()
    process = start(processes, work.write_only, settings, run_id, numbers, wrote)
    assert wrote.wait(60)
    kill(process)


def aborted(settings: LakeSettings) -> set[str]:
    return log.snapshot(open_store(settings)).aborted()


def test_a_run_that_commits_nothing_leaves_no_trace(lake_settings: LakeSettings) -> None:
    with begin(lake_settings):
        pass
    assert listing(lake_settings) == {}
    ingest(lake_settings, list(range(6)))
    before = listing(lake_settings)
    ingest(lake_settings, list(range(6)))
    assert listing(lake_settings) == before
    audit(lake_settings, set(range(6)))


def test_a_run_beats_while_it_lasts(disk_lake: LakeSettings) -> None:
    settings = dataclasses.replace(disk_lake, heartbeat=0.01)
    with begin(settings) as run:
        beat = Path(settings.uri, FOLDER, run.run_id)
        first = beat.stat().st_mtime_ns
        deadline = time.monotonic() + 10
        while beat.stat().st_mtime_ns == first:
            assert time.monotonic() < deadline
    assert not beat.exists()


def test_run_ids_are_never_the_same(disk_lake: LakeSettings) -> None:
    with begin(disk_lake) as one, begin(disk_lake) as two:
        assert one.run_id != two.run_id
        assert one.started_at.tzinfo is not None


def test_an_id_that_comes_again_doubles_and_loses_nothing(
    disk_lake: LakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from two copies of one machine, that draw the same chance at the same second."""
    monkeypatch.setattr("lake.run.secrets.token_hex", lambda size: "00" * size)
    monkeypatch.setattr("lake.run.datetime", StoodStill)
    store = open_store(disk_lake)
    with begin(disk_lake) as one:
        with begin(disk_lake) as two:
            assert one.run_id == two.run_id
            files = write_articles(TableWriter(store, two.run_id), [1, 2], two.run_id)
            write_articles(TableWriter(store, one.run_id), [3], one.run_id)
            commit(store, two.run_id, files, 0)
        late = write_articles(TableWriter(store, one.run_id), [2, 4], one.run_id)
        with pytest.raises(AbortedError, match="run it again"):
            commit(store, one.run_id, late, 0)
    audit(disk_lake, {1, 2})
    monkeypatch.undo()
    ingest(disk_lake, [1, 2, 3, 4])
    audit(disk_lake, {1, 2, 3, 4})


def test_files_of_a_failed_body_are_deleted(lake_settings: LakeSettings) -> None:
    with pytest.raises(RuntimeError), begin(lake_settings) as run:  # noqa: PT012
        write_articles(TableWriter(open_store(lake_settings), run.run_id), [1, 2], run.run_id)
        raise RuntimeError
    assert aborted(lake_settings) == {run.run_id}
    audit(lake_settings, set())


def test_a_lake_that_can_not_be_used_stops_a_run_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="is a file"), begin(LakeSettings(uri=str(tmp_path / "file"))):
        pytest.fail("the body ran")


def test_writers_with_overlapping_ids_store_each_once(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    """Eight at once: some with the same input, some with others, all on a lake that is not there yet."""
    barrier = processes.Barrier(8)
    numbers = [list(range(first, first + 20)) for first in (0, 0, 0, 10, 20, 30, 40, 40)]
    finish(*(start(processes, work.ingest_together, lake_settings, some, barrier) for some in numbers))
    audit(lake_settings, set(range(60)))


def test_kills_at_random_points_lose_and_double_nothing(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    running = [start(processes, work.ingest_for_ever, lake_settings, list(range(600)), 12) for _ in range(2)]
    for _ in range(20):
        time.sleep(chance.uniform(0.02, 0.4))  # the moment is the point
        victim = running.pop(chance.randrange(2))
        kill(victim)
        running.append(start(processes, work.ingest_for_ever, lake_settings, list(range(600)), 12))
    for process in running:
        kill(process)
    ingest(lake_settings, list(range(600)))
    audit(lake_settings, set(range(600)))


def test_the_dead_of_this_host_are_cleaned_up_after_at_once(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    die(processes, lake_settings, "dead1", [1, 2, 3])
    assert any("part-dead1-" in path for path in listing(lake_settings))
    ingest(lake_settings, [3, 4])
    assert aborted(lake_settings) == {"dead1"}
    audit(lake_settings, {3, 4})


def test_a_dead_run_without_files_is_no_entry_in_the_log(disk_lake: LakeSettings, processes: ForkServerContext) -> None:
    die(processes, disk_lake, "dead1", [])
    with begin(disk_lake):
        pass
    assert listing(disk_lake) == {}


def test_what_arrives_late_of_a_dead_run_is_deleted(s3_lake: LakeSettings, processes: ForkServerContext) -> None:
    """A server goes on with a request whose sender has been killed."""
    die(processes, s3_lake, "dead1", [])
    with begin(s3_lake):
        write_articles(TableWriter(open_store(s3_lake), "dead1"), [1], "dead1")
    assert aborted(s3_lake) == {"dead1"}
    audit(s3_lake, set())


def test_the_probe_of_a_killed_check_is_swept(s3_lake: LakeSettings, processes: ForkServerContext) -> None:
    store = open_store(s3_lake)
    store.check()
    process = start(processes, work.name_a_probe, s3_lake)
    finish(process)
    store.put(f"_tmp/{temporary_name()}", b"of a process that lives")
    assert len(listing(s3_lake)) == 2
    store.sweep(datetime.now(UTC), alone=False)
    assert len(listing(s3_lake)) == 1


@pytest.mark.parametrize("said", ['{"host": "elsewhere", "pid": 1, "started": "7"}', "not JSON", "[]"])
def test_a_run_of_another_host_is_left_alone_until_its_lease_is_over(lake_settings: LakeSettings, said: str) -> None:
    store = open_store(lake_settings)
    store.check()
    store.put(f"{FOLDER}/far1", said.encode())
    write_articles(TableWriter(store, "far1"), [1], "far1")
    before = listing(lake_settings)
    with begin(lake_settings):
        pass
    assert listing(lake_settings) == before
    with begin(dataclasses.replace(lake_settings, lease=-1.0)):
        pass
    assert aborted(lake_settings) == {"far1"}
    audit(lake_settings, set())


def test_a_paused_run_that_was_fenced_off_is_refused(
    lake_settings: LakeSettings, processes: ForkServerContext, request: pytest.FixtureRequest
) -> None:
    settings = dataclasses.replace(lake_settings, heartbeat=0.1, lease=0.6)
    here, there = processes.Pipe()
    process = start(processes, work.write_and_wait, settings, [1, 2], there)
    run_id = here.recv()
    assert process.pid
    os.kill(process.pid, signal.SIGSTOP)
    request.addfinalizer(process.kill)  # a stopped process would outlive the session
    deadline = time.monotonic() + 30
    while run_id not in aborted(settings):
        assert time.monotonic() < deadline
        ingest(settings, [2, 3])
    assert not any(f"part-{run_id}-" in path for path in listing(settings))
    os.kill(process.pid, signal.SIGCONT)
    here.send("go on")
    assert here.recv() == "aborted"
    finish(process)
    audit(settings, {2, 3})


@pytest.mark.parametrize("hours", [-5, 5])
def test_signs_of_life_are_told_by_the_clock_of_the_store(
    disk_lake: LakeSettings, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the machine that cleans up is hours off; the store's counts, for runs and temporary files alike."""
    store = open_store(disk_lake)
    store.check()
    away = datetime.now(UTC) + timedelta(hours=hours)
    files = {"fresh": away - timedelta(seconds=5), "stale": away - timedelta(seconds=500)}
    for name, moment in files.items():
        store.put(f"{FOLDER}/{name}", b"of another host")
        write_articles(TableWriter(store, name), [1], name)
        (Path(disk_lake.uri, "_tmp") / f"{name}-1").write_text("of another host")
        for path in (f"{FOLDER}/{name}", f"_tmp/{name}-1"):
            os.utime(Path(disk_lake.uri, path), (moment.timestamp(), moment.timestamp()))
    heartbeat = Heartbeat(store, "cleaner")
    beat = heartbeat.beat

    def dated() -> None:
        beat()
        os.utime(Path(disk_lake.uri, heartbeat.path), (away.timestamp(), away.timestamp()))

    monkeypatch.setattr(heartbeat, "beat", dated)
    assert clean_up(store, heartbeat) == ["stale"]
    assert aborted(disk_lake) == {"stale"}
    assert [file.name for file in Path(disk_lake.uri, "_tmp").iterdir()] == ["fresh-1"]
    assert {path.split("-")[3] for path in listing(disk_lake) if "/date=" in path} == {"fresh"}


def test_what_a_fenced_off_run_writes_later_is_deleted(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    die(processes, lake_settings, "dead1", [1])
    ingest(lake_settings, [2])
    write_articles(TableWriter(open_store(lake_settings), "dead1"), [3], "dead1")
    with begin(lake_settings):
        pass
    audit(lake_settings, {2})


def test_cleaners_may_race(lake_settings: LakeSettings, processes: ForkServerContext) -> None:
    ingest(lake_settings, [1])
    for number in range(3):
        die(processes, lake_settings, f"dead{number}", [number, number + 1])
    barrier = processes.Barrier(3)
    finish(*(start(processes, work.clean_together, lake_settings, barrier) for _ in range(3)))
    assert aborted(lake_settings) == {"dead0", "dead1", "dead2"}
    audit(lake_settings, {1})


def test_a_commit_stands_when_its_run_dies_before_the_tables_follow(
    lake_settings: LakeSettings, processes: ForkServerContext
) -> None:
    finish(start(processes, work.append_only, lake_settings, "dead1", [1, 2]))
    ingest(lake_settings, [2, 3])
    audit(lake_settings, {1, 2, 3})


def test_temporary_files_of_the_dead_are_swept(disk_lake: LakeSettings, processes: ForkServerContext) -> None:
    store = open_store(disk_lake)
    die(processes, disk_lake, "dead1", [])
    dead = next(Path(disk_lake.uri, FOLDER).iterdir()).read_text()
    assert '"started"' in dead
    folder = Path(disk_lake.uri, "_tmp")
    (folder / "0123456789abcdef-1-7-0").write_text("of another host")
    heartbeat = Heartbeat(store, "cleaner")
    clean_up(store, heartbeat)
    assert [file.name for file in folder.iterdir()] == ["0123456789abcdef-1-7-0"]
    os.utime(folder / "0123456789abcdef-1-7-0", (0, 0))
    store.sweep(datetime.now(UTC), alone=False)
    assert not list(folder.iterdir())


def test_a_heartbeat_ends_though_the_store_is_away(disk_lake: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patch, begin(disk_lake) as run:
        patch.setattr("lake.run.discard", away)
    assert not [thread for thread in threading.enumerate() if run.run_id in thread.name]
    assert list(listing(disk_lake)) == [f"{FOLDER}/{run.run_id}"]  # so that the next run cleans up
    with begin(dataclasses.replace(disk_lake, lease=-1)):
        pass
    assert listing(disk_lake).keys() == {path for path in listing(disk_lake) if path.startswith("runs/")}
