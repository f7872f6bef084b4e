"""A server that stops, dies, comes again or loses its answers in the middle of a run: the run ends with all rows."""

import dataclasses
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import S3Server, free_port, start_s3, stop
from flaky_server import Lossy
from lake_rows import audit, ingest, listing, rows
from raw_processes import NOW

from lake import log
from lake.raw import RawWriter, read_raw
from lake.run import begin
from lake.store import open_store
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings

pytestmark = pytest.mark.minio


class Restartable:
    """An S3 server of this test's own, which can be stopped, killed and started again on its port and data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = start_s3(self._folder, self.port)

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.process.wait()

    def lake(self, prefix: str, patience: float = 30) -> LakeSettings:
        """Name a lake on it."""
        return LakeSettings(uri=f"s3://away/{prefix}", endpoint=f"http://127.0.0.1:{self.port}", patience=patience)


@pytest.fixture(scope="module")
def server(minio: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restartable]:
    """Start a server for this module."""
    if not minio.real:
        pytest.skip("NO S3 SERVER'S BINARY TO STOP AND START AGAIN")
    found = Restartable(tmp_path_factory.mktemp("away"))
    yield found
    stop(found.process)


def run_beside(settings: LakeSettings, numbers: range) -> threading.Thread:
    """Start an ingest of many slices, and wait until its first one is committed."""
    thread = threading.Thread(target=ingest, args=(settings, list(numbers), 8))
    thread.start()
    store = open_store(settings)
    deadline = time.monotonic() + 60
    while not log.head(store):
        assert time.monotonic() < deadline
    return thread


def test_a_server_that_stands_still_in_mid_run(server: Restartable) -> None:
    settings = server.lake("still")
    open_store(settings).check()
    running = run_beside(settings, range(24))
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(3)  # the time is the point
    assert running.is_alive()
    server.process.send_signal(signal.SIGCONT)
    running.join(60)
    audit(settings, set(range(24)))


def test_a_server_that_is_killed_and_started_again_in_mid_run(server: Restartable) -> None:
    settings = server.lake("killed")
    chance = random.Random(datetime.now(UTC).microsecond)
    open_store(settings).check()
    running = run_beside(settings, range(24))
    for _ in range(3):
        server.kill()
        time.sleep(chance.uniform(0, 1))  # the time is the point
        server.start()
        time.sleep(chance.uniform(0, 0.5))
    running.join(90)
    assert not running.is_alive()
    audit(settings, set(range(24)))


def test_a_page_is_read_when_the_server_is_back(server: Restartable) -> None:
    store = open_store(server.lake("page"))
    store.check()
    writer = RawWriter(store, "run1", NOW.date())
    place = writer.add("https://example.org/", "https://example.org/", NOW, 200, {}, b"page")
    writer.flush()
    server.kill()
    with pytest.raises(StoreError, match="is the server running"):
        read_raw(open_store(server.lake("page", patience=0.1)), place)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(read_raw(store, place).body))
    reader.start()
    server.start()
    reader.join(60)
    assert found == [b"page"]


def test_a_run_gives_up_once_and_the_next_one_cleans_up(server: Restartable) -> None:
    """Not the body, the clean-up and the heartbeat wait one after the other for a server that stays away."""
    settings = dataclasses.replace(server.lake("gone"), patience=2.0, lease=-1.0)
    ingest(settings, [1])
    started = time.monotonic()
    with pytest.raises(StoreError, match="is the server running"), begin(settings) as run:  # noqa: PT012
        open_store(settings).put(f"articles/date=2026-11-23/part-{run.run_id}-{'0' * 20}.parquet", b"left")
        server.kill()
        log.head(open_store(settings))
    assert time.monotonic() - started < 15
    server.start()
    assert f"_runs/{run.run_id}" in listing(settings)
    ingest(settings, [1, 2])
    audit(settings, {1, 2})


@pytest.mark.parametrize("what", [r"PUT /[^ ?]+_delta_log/\d+\.json", r"PUT /[^ ?]+/part-[^ ?]+", r"DELETE /[^ ?]+"])
def test_an_answer_that_is_lost_changes_nothing(server: Restartable, what: str) -> None:
    """The server has done it, the client does not know: no row twice, no commit twice, no file too many."""
    settings = server.lake(f"lost{abs(hash(what))}")
    lossy = Lossy(settings.endpoint, what)
    ingest(dataclasses.replace(settings, endpoint=lossy.address), [1, 2, 3, 4])
    lossy.close()
    assert lossy.lost
    assert max(lossy.lost.values()) > 1, "nothing was asked twice"
    assert log.head(open_store(settings)) == 2
    assert len(rows(settings, "runs")) == 2
    audit(settings, {1, 2, 3, 4})


def test_a_server_that_is_away_at_the_start_is_told_at_once(server: Restartable) -> None:
    settings = dataclasses.replace(server.lake("start", patience=60), endpoint="http://127.0.0.1:1")
    started = time.monotonic()
    with pytest.raises(SettingsError, match="is the server running"):
        open_store(settings).check()
    assert time.monotonic() - started < 5
