"""Turn what a user names into the files to read."""

import atexit
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from schemas.errors import SettingsError


def seed_paths(arguments: Sequence[Path]) -> Iterator[Path]:
    """Yield the absolute path of every file that the arguments name, each once, in an order that is always the same.

    An argument is a file (taken whatever its name), a folder (all files below it, sorted; hidden ones and README* left
    out; a link back to a folder above is not followed) or a glob (`**` too; the same left out). A folder inside that
    can not be listed, or a link that leads nowhere, is yielded itself, so that reading it fails visibly.

    Raises:
        SettingsError: at the call, before the first path: an argument does not exist, can not be read, is no regular
            file, or names no file at all.

    """
    roots = [root for argument in arguments for root in _roots(argument)]
    return _each_once(roots)


def spooled(stdin: BinaryIO) -> Path:
    """Copy a stream to a temporary file, which is deleted when the process ends; raises OSError."""
    with tempfile.NamedTemporaryFile(prefix="newsbeam-stdin-", delete=False) as file:
        path = Path(file.name)
        atexit.register(path.unlink, missing_ok=True)
        shutil.copyfileobj(stdin, file, 1 << 20)
    return path


def portable_path(path: Path) -> str:
    r"""Write a path as text that is valid UTF-8: bytes of its name that are not, as `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def native_path(path: str) -> str:
    """Undo `portable_path`."""
    if "\\x" not in path or os.path.lexists(path):
        return path
    return os.fsdecode(re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), path.encode()))


def _roots(argument: Path) -> list[Path]:
    try:
        argument.lstat()
    except PermissionError:
        raise SettingsError(f"{argument}: permission denied; check its rights") from None
    except OSError:
        if not glob.has_magic(str(argument)):
            raise SettingsError(f"{argument}: no such file or folder") from None
        return _matches(argument)
    _check(argument)
    return [argument]


def _matches(pattern: Path) -> list[Path]:
    found = sorted(glob.iglob(str(pattern), recursive=True), key=lambda name: Path(name).parts)
    matches = [Path(name) for name in found if _wanted(Path(name).name)]
    files = [path for path in matches if path.is_file() or (path.is_dir() and "**" not in pattern.parts)]
    if not files:
        raise SettingsError(f"{pattern}: no file matches the pattern")
    for path in files:
        if path.is_file():
            _check(path)
    return files


def _check(path: Path) -> None:
    try:
        if path.is_dir():
            os.scandir(path).close()
            if next(_walk(path, ()), None) is None:
                raise SettingsError(f"{path}: the folder holds no file to read")
        elif path.is_file():
            path.open("rb").close()
        elif path.exists():
            raise SettingsError(f"{path}: not a regular file")
        else:
            raise SettingsError(f"{path}: the link leads nowhere")
    except OSError as error:
        raise SettingsError(f"{path}: can not be read: {error.strerror or error}") from None


def _each_once(roots: list[Path]) -> Iterator[Path]:
    seen: set[str] = set()
    for root in roots:
        for path in _walk(root, ()) if root.is_dir() else (root,):
            absolute = os.path.abspath(path)
            if absolute not in seen:
                seen.add(absolute)
                yield Path(absolute)


def _walk(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    try:
        status = folder.stat()
        with os.scandir(folder) as listing:
            entries = sorted(
                (entry for entry in listing if _wanted(entry.name)), key=lambda entry: os.fsencode(entry.name)
            )
    except OSError:
        yield folder
        return
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    for entry in entries:
        path = folder / entry.name
        if path.is_dir():
            yield from _walk(path, (*above, here))
        elif path.is_file() or not path.exists():
            yield path


def _wanted(name: str) -> bool:
    return not name.startswith(".") and not name.upper().startswith("README")
