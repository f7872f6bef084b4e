"""A disk that is full, at whatever moment, costs one line: nothing half-done stays, and the next run adds it."""

import os
import subprocess
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import lake_processes as work
import pytest
from lake_rows import audit, ingest, listing

from lake import log
from lake.store import open_store
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings

SIZE = 3 * 2**20
FREE = (0, 2**16, *range(2**17, 2**17 + 100_000, 10_000), 2**18)  # bytes: around the reserve of a run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NOBODY BUT ROOT MOUNTS A SMALL DISK: A FULL ONE IS NOT TRIED")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, free: int) -> Path:
    """Fill a file system but for some bytes; return the file that does it."""
    state = os.statvfs(disk)
    with (disk / "full").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - free)
    return disk / "full"


def end_of(settings: LakeSettings, number: int) -> str:
    """Ingest an article; return the kind of error, whose line has to say all, or `stored`."""
    try:
        ingest(settings, [number], slices=1)
    except (SettingsError, StoreError) as error:
        kind, line = type(error).__name__, str(error)
    else:
        return "stored"
    assert "no space is left on its disk: free some" in line
    assert settings.uri in line
    assert "\n" not in line
    return kind


def test_a_disk_that_fills_up_at_any_moment(small_disk: Path) -> None:
    settings = LakeSettings(uri=str(small_disk / "lake"))
    ingest(settings, [0])
    ends = []
    for number, free in enumerate(FREE, 1):
        full = fill(small_disk, free)
        ends.append(end_of(settings, number))
        logged = {file.path for entry in log.entries(open_store(settings), 0) for file in entry.files}
        assert {path for path in listing(settings) if "/date=" in path} <= logged  # a glob sees nothing of it
        full.unlink()
    assert [ends[0], ends[-1]] == ["SettingsError", "stored"]
    assert ends.count("StoreError") > 2
    ingest(settings, list(range(len(FREE) + 1)))
    audit(settings, set(range(len(FREE) + 1)))


def test_a_file_that_may_not_be_that_large(disk_lake: LakeSettings, processes: ForkServerContext) -> None:
    ingest(disk_lake, [1])
    here, there = processes.Pipe()
    process = processes.Process(target=work.ingest_with_small_files, args=(disk_lake, 2**18, there), daemon=True)
    process.start()
    assert "a file may not be that large: raise `ulimit -f`" in here.recv()
    process.join()
    audit(disk_lake, {1})
