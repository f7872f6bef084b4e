"""Keep line files open between two uses, so that nothing is read or unpacked twice."""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from transforms.article.line_files import LineFile
from transforms.article.seed_paths import native_path

#: Device, inode, time of change and size: one state of one file.
Identity = tuple[int, int, int, int]

_MARK_EVERY: Final = 256


def identity(path: str) -> Identity:
    """Name the state that a file is in; raises OSError."""
    status = os.stat(native_path(path))
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


class LinePool:
    """The last few line files, parked where reading stopped, and where some of their lines begin.

    Several threads may use it: a file is out of the pool while one of them reads it.
    """

    def __init__(self, keep: int = 4) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._parked: OrderedDict[Identity, LineFile] = OrderedDict()
        self._marks: OrderedDict[Identity, dict[int, int]] = OrderedDict()
        self._process = os.getpid()

    @contextmanager
    def opened(self, path: str) -> Iterator[tuple[LineFile, dict[int, int]]]:
        """Lend the file at `path`, wherever its last reader left it, and the offsets of lines that are known.

        Raises what reading raises.
        """
        key = identity(path)
        file = self._take(key) or LineFile(path)
        try:
            yield file, self._marks_of(key)
        except BaseException:
            file.close()
            raise
        self._park(key, file)

    @contextmanager
    def at_line(self, path: str, line: int) -> Iterator[LineFile]:
        """Lend the file at `path`, standing at the beginning of a line (at its end, when it has fewer)."""
        with self.opened(path) as (file, marks):
            marked = max((number for number in list(marks) if number <= line), default=0)
            if not marked <= file.line <= line:
                file.seek(marks.get(marked, 0), marked)
            for number, offset in file.skip(line):
                if number % _MARK_EVERY == 0:
                    marks[number] = offset
            marks[file.line] = file.offset
            yield file

    def starts(self, path: str, every: int) -> Iterator[int]:
        """Yield the number of each line that is a multiple of `every`, 0 too; raises what reading raises."""
        with self.opened(path) as (file, marks):
            file.seek(0, 0)
            for number, offset in file.skip(-1):
                if number % every == 0:
                    marks[number] = offset
                    yield number

    def close(self) -> None:
        """Close every file that is parked."""
        with self._lock:
            while self._parked:
                self._parked.popitem()[1].close()

    def __del__(self) -> None:
        self.close()

    def _marks_of(self, key: Identity) -> dict[int, int]:
        with self._lock:
            marks = self._marks.setdefault(key, {})
            self._marks.move_to_end(key)
            while len(self._marks) > 4 * self._keep:
                self._marks.popitem(last=False)
            return marks

    def _take(self, key: Identity) -> LineFile | None:
        if self._process != os.getpid():  # a fork shares the place of reading with its parent
            self.close()
            self._process = os.getpid()
        with self._lock:
            return self._parked.pop(key, None)

    def _park(self, key: Identity, file: LineFile) -> None:
        with self._lock:
            over = [self._parked.pop(key)] if key in self._parked else []
            self._parked[key] = file
            while len(self._parked) > self._keep:
                over.append(self._parked.popitem(last=False)[1])
        for old in over:
            old.close()
