"""Fetched pages as they came, in gzipped WARC files beside the tables: a member a record, for any WARC tool to read.

The files are named in the log like those of the tables, under the table `raw`, but there is no Delta table over them.
"""

import re
import secrets
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from typing import Any, Final

from lake.patience import Verdict, patiently
from lake.raw_record import RawPage, decode_page, encode_info, encode_page
from lake.store import Store
from schemas.errors import StoreError
from schemas.records import RawPlace, WrittenFile

#: The folder, and the name under which the log lists the files.
TABLE: Final = "raw"

_FULL: Final = 8 * 2**20
_STEP: Final = 2**17
_LARGEST: Final = 2**28  # bytes of an unpacked record that are read back
_DAY: Final = re.compile(r"^raw/date=(\d{4}-\d\d-\d\d)/")


class RawWriter:
    """Pages in, WARC files out; a file is written when it has 8 MiB, or at a flush. Nothing counts before a commit."""

    def __init__(self, store: Store, run_id: str, day: date) -> None:
        self._store = store
        self._folder = f"{TABLE}/date={day.isoformat()}"
        self._run_id = run_id
        self._day = day
        self._written: list[WrittenFile] = []
        self._begin()

    def add(
        self, url: str, final_url: str, fetched_at: datetime, status: int, headers: Mapping[str, str], body: bytes
    ) -> RawPlace:
        """Keep a page, its body decoded, and return where it will lie; raises StoreError when a full file fails.

        Headers that speak of the coding of the body are kept under other names (`lake.raw_record`).
        """
        if not self._members:
            self._append(encode_info(self._path.rpartition("/")[2], f"newsbeam/{_version()}", datetime.now(UTC)))
        place = RawPlace(self._path, self._size)
        self._append(encode_page(RawPage(url, final_url, fetched_at, status, dict(headers), body)))
        if self._size >= _FULL:
            self._put()
        return place

    def flush(self) -> list[WrittenFile]:
        """Write what waits; return all files since the last flush. Raises StoreError; the call may be repeated."""
        if self._members:
            self._put()
        written, self._written = self._written, []
        return written

    def _begin(self) -> None:
        self._path = f"{self._folder}/part-{self._run_id}-{secrets.token_hex(10)}.warc.gz"
        self._members: list[bytes] = []
        self._size = 0

    def _append(self, member: bytes) -> None:
        self._members.append(member)
        self._size += len(member)

    def _put(self) -> None:
        self._store.put(self._path, b"".join(self._members))
        self._written.append(WrittenFile(TABLE, self._path, self._day, len(self._members), self._size, "{}"))
        self._begin()


def read_raw(store: Store, place: RawPlace) -> RawPage:
    """Read a page back, by a range of its file, on a folder as on S3.

    Raises FileNotFoundError when its file has expired, StoreError when no record is there or the store fails.
    """
    filesystem, root = store.filesystem()

    def attempt() -> RawPage:
        with filesystem.open_input_file(f"{root}/{place.path}") as file:
            file.seek(min(place.offset, file.size()))
            return decode_page(_unpacked(file))

    def judge(error: Exception) -> Verdict:
        if isinstance(error, FileNotFoundError):
            raise error
        return store.explain(error)

    try:
        return patiently(store.settings.patience, attempt, judge, OSError)
    except (ValueError, EOFError, zlib.error) as error:
        raise StoreError(f"{place.path} holds no page at {place.offset}: {error}") from error


def expire(store: Store, days: int, today: date) -> int:
    """Delete the files of partitions more than `days` days old; return how many. Raises StoreError."""
    limit = today - timedelta(days=days)
    old = [listed.path for listed in store.list(f"{TABLE}/") if _is_before(listed.path, limit)]
    for path in old:
        store.delete(path)
    return len(old)


def _is_before(path: str, limit: date) -> bool:
    found = _DAY.match(path)
    try:
        return bool(found) and date.fromisoformat(found[1]) < limit  # type: ignore[index]
    except ValueError:
        return False


def _unpacked(file: Any) -> bytes:
    """Unpack the gzip member that begins here; raises EOFError, ValueError or zlib.error."""
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    parts, size = [], 0
    while not stream.eof:
        packed = stream.unconsumed_tail or file.read(_STEP)
        if not packed:
            raise EOFError("the file ends there")
        parts.append(stream.decompress(packed, _LARGEST))
        size += len(parts[-1])
        if size >= _LARGEST:
            raise ValueError(f"the record is longer than {_LARGEST:,} bytes")
    return b"".join(parts)


def _version() -> str:
    try:
        return package_version("newsbeam")
    except PackageNotFoundError:
        return "0"
