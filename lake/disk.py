"""A lake in a folder.

An object is written beside the tables, in `_tmp/`, flushed to the disk and renamed into place, so that nobody ever sees
half of it. A temporary file's name tells which process wrote it; what dead ones left is deleted by `sweep`.
"""

import errno
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.fs

from lake.process import is_gone, maker, temporary_name
from lake.store import Listed
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings

_TMP = "_tmp"

_REMEDIES = {
    errno.EACCES: "no permission to write: change its owner or mode, or name another folder with --lake",
    errno.EPERM: "no permission to write: change its owner or mode, or name another folder with --lake",
    errno.EROFS: "the file system is read-only: name another folder with --lake",
    errno.ENOSPC: "no space is left on its disk: free some, or name another folder with --lake",
    errno.EDQUOT: "the disk quota is used up: free some space, or name another folder with --lake",
    errno.ENOTDIR: "a part of the path is a file: name a folder with --lake",
    errno.EEXIST: "it is a file: name a folder with --lake",
    errno.ENAMETOOLONG: "the path is too long: name another folder with --lake",
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
            temporary.unlink()
        except (OSError, ValueError) as error:
            number = error.errno if isinstance(error, OSError) and error.errno else 0
            remedy = _REMEDIES.get(number, f"{error}: name another folder with --lake")
            raise SettingsError(f"the lake {self.root} can not be used: {remedy}") from error

    def put(self, path: str, data: bytes) -> None:
        """Write one object, whole or not at all."""
        target = self.root / path
        try:
            for attempt in range(3):  # a paused process may find its temporary file swept away
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._write(data).replace(target)
                    break
                except FileNotFoundError:
                    if attempt == 2:
                        raise
            _sync(target.parent)
        except OSError as error:
            raise StoreError(f"{target} can not be written: {error.strerror or error}") from error

    def get(self, path: str) -> bytes:
        """Read one object; raises FileNotFoundError."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"{self.root / path} can not be read: {error.strerror or error}") from error

    def delete(self, path: str) -> None:
        """Delete one object; one that is gone already is no error."""
        try:
            (self.root / path).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self.root / path} can not be deleted: {error.strerror or error}") from error

    def list(self, prefix: str) -> Iterator[Listed]:
        """Name the files whose path begins with the prefix; temporary ones are left out."""
        top = self.root / prefix.rpartition("/")[0]
        for folder, folders, names in os.walk(top):
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
            raise StoreError(f"{target} can not be flushed to the disk: {error.strerror or error}") from error

    def sweep(self) -> None:
        """Delete the temporary files of processes that are gone, or that are silent for longer than the lease."""
        folder = self.root / _TMP
        if not folder.is_dir():
            return
        for file in folder.iterdir():
            writer = maker(file.name)
            try:
                old = time.time() - file.stat().st_mtime > self.settings.lease
                if old or (writer and is_gone(writer)):
                    file.unlink()
            except FileNotFoundError:
                continue

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
