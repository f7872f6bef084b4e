"""A folder into which seed files are put while a stream runs: which of them are whole, and not read yet. No Beam."""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from schemas.errors import SettingsError
from transforms.article.seed_paths import seed_paths

#: Seconds for which a file has to stay as it is, unless it came under its name whole.
SETTLED: Final = 2.0


class State(NamedTuple):
    """What tells one state of a file from another."""

    inode: int
    size: int
    changed: int  # mtime, ns


class WatchedFolder:
    """Tells which files are ready to be read: new or changed, and no longer growing.

    A file that was written elsewhere and renamed into the folder is ready at once: renaming changes the time of the
    inode (ctime), writing that of the content (mtime) as well. Any other has to stay as it is for `SETTLED` seconds.
    One that some process of this machine still has open for writing is never ready (where the system tells).
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._taken: dict[Path, State] = {}
        self._growing: dict[Path, tuple[State, float]] = {}

    def check(self) -> None:
        """Raise SettingsError when there is no such folder, or it can not be listed."""
        try:
            os.scandir(self.folder).close()
        except OSError as error:
            raise SettingsError(f"--watch {self.folder}: {error.strerror}; name a folder that is there") from error

    def ready(self) -> dict[Path, State]:
        """Return the files to read now; they come again until they are `taken`."""
        found = {path: state for path in self._paths() if (state := _state(path))}
        self._taken = {path: state for path, state in self._taken.items() if path in found}
        new = {path: state for path, (state, _) in found.items() if self._taken.get(path) != state}
        now, before = self._clock(), self._growing
        self._growing = {
            path: before[path] if path in before and before[path][0] == state else (state, now)
            for path, state in new.items()
        }
        return {
            path: state
            for path, state in new.items()
            if (found[path][1] or now - self._growing[path][1] >= SETTLED) and not _being_written(path)
        }

    def take(self, files: dict[Path, State]) -> None:
        """Remember that files were read in the state they had."""
        self._taken |= files

    @property
    def is_growing(self) -> bool:
        """Tell whether the last look found files that were not ready."""
        return bool(self._growing)

    def _paths(self) -> list[Path]:
        try:
            return [path for path in seed_paths([self.folder]) if path.is_file()]
        except SettingsError:  # there is nothing in it yet, or it is gone for a while
            return []


def _state(path: Path) -> tuple[State, bool] | None:
    """Return a file's state, and whether it came under its name with all of its bytes; None for one that is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    whole = found.st_ctime_ns > found.st_mtime_ns and found.st_size > 0
    return State(found.st_ino, found.st_size, found.st_mtime_ns), whole


def _being_written(path: Path) -> bool:
    """Tell whether a process has the file open for writing: then Linux refuses a read lease (fcntl(2), F_SETLEASE)."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        with path.open("rb") as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False
