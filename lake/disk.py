"""A lake in a folder.

An object is written beside the tables, in `_tmp/`, flushed to the disk and renamed into place, so that nobody ever sees
half of it. A temporary file's name tells which process wrote it; what dead ones left is deleted by `sweep`.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow.fs

from lake import fault
from lake.patience import Verdict
from lake.process import is_gone, maker, temporary_name
from lake.store import Listed
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings

_TMP: Final = "_tmp"
_RESERVE: Final = 2**17  # bytes

#: What deltalake leaves beside a file that it was killed while writing.
_STAGED: Final = "*/_delta_log/*#*"
_NUMBER: Final = re.compile(r"\(os error (\d+)\)")

_REMEDIES: Final = {
    errno.EACCES: "no permission to write: change its owner or mode, or name another folder with --lake",
    errno.EPERM: "no permission to write: change its owner or mode, or name another folder with --lake",
    errno.EROFS: "the file system is read-only: name another folder with --lake",
    errno.ENOSPC: "no space is left on its disk: free some, or name another folder with --lake",
    errno.EDQUOT: "the disk quota is used up: free some space, or name another folder with --lake",
    errno.ENOTDIR: "a part of the path is a file: name a folder with --lake",
    errno.EEXIST: "it is a file: name a folder with --lake",
    errno.ENAMETOOLONG: "the path is too long: name another folder with --lake",
    errno.EFBIG: "a file may not be that large: raise `ulimit -f`, or name another folder with --lake",
    errno.EIO: "its disk fails: look at the system's log, or name another folder with --lake",
    errno.ESTALE: "its network file system was taken away: mount it again, or name another folder with --lake",
    errno.ELOOP: "its symbolic links go round in a circle: name another folder with --lake",
}


class DiskStore:
    """Objects as files under one folder."""

    def __init__(self, settings: LakeSettings) -> None:
        self.settings = settings
        self.root = Path(os.path.abspath(Path(settings.uri).expanduser()))

    def check(self) -> None:
        """Make the folder if it is missing and prove that files can be written and deleted; raises SettingsError."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            temporary = self._write(b"newsbeam")
            temporary.read_bytes()
            temporary.unlink()
            list(self.root.iterdir())
        except (OSError, ValueError) as error:
            raise SettingsError(self.explain(error).line) from error

    def put(self, path: str, data: bytes) -> None:
        """Write one object, whole or not at all."""
        fault.point("put.begins")
        target = self.root / path
        try:
            for attempt in range(3):  # a paused process may find its temporary file swept away
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    temporary = self._write(data)
                    fault.point("put.written")
                    temporary.replace(target)
                    break
                except FileNotFoundError:
                    if attempt == 2:
                        raise
            _sync(target.parent)
        except OSError as error:
            raise self._failed(error, target, "written") from error
        fault.point("put.done")

    def get(self, path: str) -> bytes:
        """Read one object; raises FileNotFoundError."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._failed(error, self.root / path, "read") from error

    def delete(self, path: str) -> None:
        """Delete one object; one that is gone already is no error."""
        try:
            (self.root / path).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error, self.root / path, "deleted") from error

    def list(self, prefix: str) -> Iterator[Listed]:
        """Name the files whose path begins with the prefix; temporary ones are left out."""

        def refuse(error: OSError) -> None:
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                raise self._failed(error, Path(error.filename or self.root), "listed") from error

        top = self.root / prefix.rpartition("/")[0]
        for folder, folders, names in os.walk(top, onerror=refuse):
            if Path(folder) == self.root and _TMP in folders:
                folders.remove(_TMP)
            for name in names:
                file = Path(folder, name)
                path = file.relative_to(self.root).as_posix()
                if path.startswith(prefix):
                    try:
                        found = file.stat()
                    except FileNotFoundError:
                        continue
                    yield Listed(path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def explain(self, error: Exception) -> Verdict:
        """Say what a failure means, Python's own or one of deltalake.

        On a disk none passes by itself but one: deltalake's own temporary file was swept away under it.
        """
        said = _NUMBER.search(str(error))
        number = int(said[1]) if said else getattr(error, "errno", None) or 0
        remedy = _REMEDIES.get(number, f"{_one_line(error)}: look at the folder, or name another one with --lake")
        return Verdict(f"the lake {self.root} can not be used: {remedy}", passing=number == errno.ENOENT)

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return the local file system and the folder's absolute path."""
        return pyarrow.fs.LocalFileSystem(), str(self.root)

    def uri(self, path: str) -> str:
        """Return the absolute path of a file or a table."""
        return str(self.root / path)

    def storage_options(self) -> dict[str, str] | None:
        """Return None: deltalake needs no options for a folder."""
        return None

    def persist(self, path: str) -> None:
        """Flush a file that deltalake wrote, and its folder, to the disk; deltalake itself does not."""
        target = self.root / path
        try:
            _sync(target)
            _sync(target.parent)
        except OSError as error:
            raise self._failed(error, target, "flushed to the disk") from error

    def reserve(self) -> Callable[[], None]:
        """Keep 128 kB back, enough for an entry of the log; the result gives them back. Raises SettingsError."""
        try:
            reserve = self._write(os.urandom(_RESERVE))
        except OSError as error:
            raise SettingsError(self.explain(error).line) from error
        return partial(reserve.unlink, missing_ok=True)

    def sweep(self, now: datetime, alone: bool) -> None:
        """Delete the temporary files of processes that are gone, or that are silent for longer than the lease.

        What deltalake wrote beside a commit that was never linked into place says nothing about its process: it goes
        when nobody else is at work, or after the lease.
        """
        before = now - timedelta(seconds=self.settings.lease)
        folder = self.root / _TMP
        try:
            for file in [*self.root.glob(_STAGED), *folder.glob("*")]:
                writer = maker(file.name)
                nobodys = is_gone(writer) if writer else alone and file.parent != folder
                try:
                    if nobodys or datetime.fromtimestamp(file.stat().st_mtime, UTC) < before:
                        file.unlink()
                except FileNotFoundError:
                    continue
        except OSError as error:
            raise self._failed(error, folder, "swept") from error

    def _failed(self, error: OSError, path: Path, what: str) -> StoreError:
        remedy = _REMEDIES.get(error.errno or 0, error.strerror or _one_line(error))
        return StoreError(f"{path} can not be {what}: {remedy}")

    def _write(self, data: bytes) -> Path:
        """Write a temporary file and flush it to the disk."""
        folder = self.root / _TMP
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / temporary_name()
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        return temporary


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
