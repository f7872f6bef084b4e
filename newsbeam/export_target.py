"""Where an export goes: a file or a folder that is there whole or not at all."""

import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from schemas.errors import SettingsError, StoreError

_KINDS: Final = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


class Target(NamedTuple):
    """A name on this machine and what is to be there."""

    path: Path
    kind: str  # parquet, jsonl, csv or folder
    packed: bool  # gzip


def target_of(name: str, lake: str) -> Target:
    """Tell what a name stands for, and that it can be written there; a name that is no file's is a folder's.

    Raises SettingsError when the format is not known, something else is there, or the place is within the lake.
    """
    if "://" in name:
        raise SettingsError(f"{name} is no file: an export goes to this machine, and from there wherever you like")
    path = Path(os.path.realpath(Path(name).expanduser()))
    if "://" not in lake and path.is_relative_to(os.path.realpath(lake)):
        raise SettingsError(f"{name} is in the lake: write the export to another place")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = _KINDS.get("".join(suffixes[-2:-1] if packed else suffixes[-1:]))
    if name.endswith("/") or path.is_dir() or not suffixes:
        return _folder(path, name)
    if kind is None or (kind == "parquet" and packed):
        raise SettingsError(
            f"{name}: the end of the name says the format, and can be .parquet, .jsonl, .jsonl.gz, .csv or .csv.gz;"
            " the name of a folder ends in /"
        )
    if path.exists() and not path.is_file():
        raise SettingsError(f"{name} is there and is no file: name another")
    return Target(path, kind, packed)


def _folder(path: Path, name: str) -> Target:
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{name} is there and is no folder: name another")
    if path.is_dir() and any(path.iterdir()):
        raise SettingsError(f"the folder {name} is not empty: name another, or remove it first")
    return Target(path, "folder", False)


@contextmanager
def new_file(target: Target) -> Iterator[IO[bytes]]:
    """Open a new file that takes its name, and the place of an older one, when all went well; else it is deleted.

    Raises StoreError when it can not be written.
    """
    with _temporary(target.path) as temporary:
        with temporary.open("xb") as file:
            if target.packed:
                with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                    yield cast(IO[bytes], packed)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target.path)


@contextmanager
def new_folder(target: Target) -> Iterator[Path]:
    """Make a new folder that takes its name when all went well; else it is deleted. Raises StoreError."""
    with _temporary(target.path) as temporary:
        temporary.mkdir()
        yield temporary
        temporary.replace(target.path)


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StoreError(f"{path} can not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True) if temporary.is_dir() else temporary.unlink(missing_ok=True)
