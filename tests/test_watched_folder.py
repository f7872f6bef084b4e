"""Which files of a watched folder are ready to be read."""

import os
from pathlib import Path

import pytest

from pipelines.watched_folder import SETTLED, WatchedFolder
from schemas.errors import SettingsError


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder."""
    (tmp_path / "watched").mkdir()
    return tmp_path / "watched"


def put(path: Path, text: str) -> Path:
    """Write a file as a program does that works on it: content and inode change at one time."""
    path.write_text(text)
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_ctime_ns + 1_000_000_000))  # never older than the inode
    return path


def renamed(folder: Path, name: str, text: str) -> Path:
    """Write a file elsewhere, and rename it into the folder."""
    made = folder.parent / f"{name}.part"
    made.write_text(text)
    os.utime(made, (1_700_000_000, 1_700_000_000))
    return made.rename(folder / name)


def test_what_was_renamed_into_the_folder_is_ready_at_once_and_once(folder: Path) -> None:
    watched = WatchedFolder(folder, Clock())
    path = renamed(folder, "a.txt", "Whole.")
    found = watched.ready()
    assert list(found) == [path]
    assert list(watched.ready()) == [path]  # until it was read
    watched.take(found)
    assert watched.ready() == {}
    other = renamed(folder, "a.txt", "Whole again, and longer.")
    assert list(watched.ready()) == [other]


def test_what_grows_is_ready_when_it_has_stayed_as_it_is(folder: Path) -> None:
    clock = Clock()
    watched = WatchedFolder(folder, clock)
    path = put(folder / "a.txt", "Half")
    assert watched.ready() == {}
    clock.now += SETTLED
    put(path, "Half and half")
    assert watched.ready() == {}
    clock.now += SETTLED / 2
    assert watched.ready() == {}
    clock.now += SETTLED / 2
    assert list(watched.ready()) == [path]
    watched.take(watched.ready())
    put(path, "Changed since")
    assert watched.ready() == {}
    clock.now += SETTLED
    assert list(watched.ready()) == [path]


def test_what_is_open_for_writing_is_not_ready(folder: Path) -> None:
    clock = Clock()
    watched = WatchedFolder(folder, clock)
    with (folder / "a.txt").open("w") as file:
        file.write("x")
        file.flush()
        assert watched.ready() == {}
        clock.now += 10 * SETTLED
        assert watched.ready() == {}
    assert list(watched.ready()) == [folder / "a.txt"]


def test_hidden_files_and_a_folder_that_is_gone_for_a_while_are_no_matter(folder: Path) -> None:
    watched = WatchedFolder(folder, Clock())
    renamed(folder, ".a.txt.rsync", "x")
    assert watched.ready() == {}
    away = folder.rename(folder.parent / "away")
    assert watched.ready() == {}
    away.rename(folder)
    path = renamed(folder, "b.txt", "x")
    assert list(watched.ready()) == [path]


def test_a_folder_that_was_never_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--watch .*/nowhere: No such file or directory"):
        WatchedFolder(tmp_path / "nowhere").check()
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="Not a directory"):
        WatchedFolder(tmp_path / "file").check()
