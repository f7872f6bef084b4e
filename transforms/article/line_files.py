"""Read the lines of a large file, plain or gzip, from any of them on, in linear time."""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from transforms.article.seed_paths import native_path
from transforms.article.sniff import sniff, unicode_encoding

#: Bytes of one document; a longer line or file is refused.
DOCUMENT_CAP: Final = 5_000_000

#: Number of a line that was gone to by its offset.
UNKNOWN: Final = -(1 << 60)

#: A gzip file may grow to this many bytes, and beyond that to this many times its size.
BOMB_SIZE = 256 << 20
BOMB_RATIO: Final = 200

_BLOCK: Final = 1 << 20
_NESTED: Final = 3

#: What reading a file that is missing, cut off or damaged raises.
READ_ERRORS: Final = (OSError, EOFError, zlib.error, ValueError)


class BombError(OSError):
    """A gzip file grows out of all proportion."""


class Line(NamedTuple):
    """One line: `data` without line end, byte order mark and outer white space, cut at `DOCUMENT_CAP` + 1 bytes."""

    offset: int
    data: bytes


class _Utf8(io.RawIOBase):
    """A UTF-16 or UTF-32 stream as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            block = self._stream.read(_BLOCK)
            self._left = self._decoder.decode(block, not block).encode("utf-8", "replace")
            if not block:
                break
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_bytes(path: str) -> BinaryIO:
    """Open a file for reading what is in it: gzip, also within gzip, is unpacked.

    Raises OSError (also for a folder, a pipe or a device), EOFError or zlib.error.
    """
    name = native_path(path)
    if not os.path.isfile(name):
        os.stat(name)
        raise OSError(0, "not a regular file")
    stream: BinaryIO = open(name, "rb", buffering=_BLOCK)  # noqa: SIM115
    try:
        for _ in range(_NESTED):
            if sniff(_peek(stream)) != "gzip":
                break
            stream = _unpacked(stream)
    except BaseException:
        stream.close()
        raise
    return stream


def read_head(path: str, size: int) -> bytes:
    """Read up to `size` bytes of what is in a file; raises as `open_bytes`."""
    with open_bytes(path) as stream:
        parts, left = [], size
        while left and (part := stream.read(min(left, _BLOCK))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _peek(stream: BinaryIO) -> bytes:
    return stream.peek(64)[:64] if isinstance(stream, io.BufferedReader) else b""


class _Owned(gzip.GzipFile):
    """A gzip stream that closes what it reads from."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def _unpacked(stream: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Owned(stream), _BLOCK)


class LineFile:
    """The lines of one file, with the place that reading has reached; UTF-16 and UTF-32 come as UTF-8.

    `line` and `offset` count from 0; the offset is in bytes of the unpacked UTF-8.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        self.line = 0
        self.offset = 0
        stream = open_bytes(self._path)
        self._packed = isinstance(getattr(stream, "raw", None), gzip.GzipFile)
        self._seekable = True
        encoding = unicode_encoding(_peek_more(stream))
        if encoding.startswith(("utf-16", "utf-32")):
            stream, self._seekable = io.BufferedReader(_Utf8(stream, encoding), _BLOCK), False
        self._stream = stream

    @property
    def closed(self) -> bool:
        """Tell whether the file is closed."""
        return self._stream.closed

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def seek(self, offset: int, line: int = UNKNOWN) -> None:
        """Go to the line that begins at `offset` and has this number; forward without reading anything twice."""
        if offset < self.offset and (self._packed or not self._seekable):
            self.close()
            self._open()
        if self._seekable:
            self._stream.seek(offset)
        else:
            left = offset - self.offset
            while left > 0 and (part := self._stream.read(min(left, _BLOCK))):
                left -= len(part)
        self.offset, self.line = offset, line

    def skip(self, stop: int) -> Iterator[tuple[int, int]]:
        """Skip to line `stop` (-1: all), and yield number and offset of each line on the way."""
        while stop < 0 or self.line < stop:
            begin = self.line, self.offset
            part = self._stream.readline(_BLOCK)
            if not part:
                return
            self._finish(part)
            yield begin

    def read(self) -> Line | None:
        """Read the next line; None at the end."""
        begin = self.offset
        data = self._stream.readline(DOCUMENT_CAP + 2)
        if not data:
            return None
        self._finish(data)
        data = data.removeprefix(codecs.BOM_UTF8) if begin == 0 else data
        return Line(begin, data[: DOCUMENT_CAP + 1].strip())

    def _finish(self, part: bytes) -> None:
        """Count a line whose beginning has been read, and read its rest."""
        self.offset += len(part)
        while not part.endswith(b"\n") and (part := self._stream.readline(_BLOCK)):
            self.offset += len(part)
            self._check()
        self.line += 1
        self._check()

    def _check(self) -> None:
        size = os.stat(native_path(self._path)).st_size if self._packed and self.offset > BOMB_SIZE else self.offset
        if self.offset > BOMB_RATIO * size:
            raise BombError(0, "the gzip file grows out of all proportion")


def _peek_more(stream: BinaryIO) -> bytes:
    return stream.peek(4096)[:4096] if isinstance(stream, io.BufferedReader) else b""
