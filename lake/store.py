"""Where the lake's objects lie: a folder or an S3 bucket, behind one small protocol.

Paths are relative to the lake and use `/`. An object is there whole or not at all.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

import pyarrow.fs

from lake.patience import Verdict
from schemas.settings import LakeSettings


class Listed(NamedTuple):
    """An object of the store."""

    path: str
    size: int  # bytes
    modified: datetime  # by the store's clock, UTC


class Store(Protocol):
    """What the lake asks of the place it lies in.

    Every method but `check` raises `StoreError` when the store fails and stays away for `settings.patience` seconds.
    """

    settings: LakeSettings

    def check(self) -> None:
        """Make the folder or bucket if it is missing and prove that objects can be written, read and deleted.

        Raises SettingsError with one line that names the store and the remedy.
        """

    def put(self, path: str, data: bytes) -> None:
        """Write one object, whole or not at all; it replaces an older one."""

    def get(self, path: str) -> bytes:
        """Read one object; raises FileNotFoundError."""

    def delete(self, path: str) -> None:
        """Delete one object; one that is gone already is no error."""

    def list(self, prefix: str) -> Iterator[Listed]:
        """Name the objects whose path begins with the prefix, in any order."""

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return a file system for pyarrow and the path of the lake in it."""

    def uri(self, path: str) -> str:
        """Return the absolute path or the s3:// URI of an object or a table."""

    def storage_options(self) -> dict[str, str] | None:
        """Return what deltalake needs to know to reach the store."""

    def persist(self, path: str) -> None:
        """Make sure that a file somebody else wrote into the lake outlives a loss of power."""

    def explain(self, error: Exception) -> Verdict:
        """Say in one line what a failure of any client of the store means, and whether it may pass."""

    def reserve(self) -> Callable[[], None]:
        """Keep some space back, so that a run that fills the disk can still clean up; the result gives it back.

        Raises SettingsError when there is none to begin with.
        """

    def sweep(self, now: datetime, alone: bool) -> None:
        """Delete what broken writes have left outside of the tables; safe while others write.

        `now` is the store's clock; `alone` says that no other run is going on, so that what is left is nobody's.
        """


def open_store(settings: LakeSettings) -> Store:
    """Return the store that the settings name, without touching it.

    Raises SettingsError when an S3 address, its endpoint or its keys make no sense.
    """
    if settings.remote:
        from lake.s3 import S3Store

        return S3Store(settings)
    from lake.disk import DiskStore

    return DiskStore(settings)


def checked_store(settings: LakeSettings) -> Store:
    """Return the store once it is proved that it can be written; raises SettingsError where it can not."""
    store = open_store(settings)
    store.check()
    return store
