"""Cut a WARC file (ISO 28500) into the bytes of its records: plain, or gzip with a member for each record.

A record that is damaged costs itself alone: reading goes on at the next place where a record is seen to begin.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.records import Refusal
from transforms.article.line_files import DOCUMENT_CAP
from transforms.article.seed_paths import native_path
from transforms.article.warc_window import Window

#: Bytes at which the head of a record ends at the latest.
HEAD_CAP: Final = 65_536
#: Bytes of an unpacked record that are kept: a document, its HTTP headers and those of the record.
KEPT: Final = DOCUMENT_CAP + 2 * HEAD_CAP

#: A member may grow to this many bytes, and beyond that to this many times its size.
_BOMB_SIZE: Final = 64 << 20
_BOMB_RATIO: Final = 100
#: Bytes that may be read in vain because records are damaged; beyond that what a damaged one went over is left out.
_PATIENCE: Final = 64 << 20
_STEP: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b\x08"
_MARK: Final = b"WARC/"
_LENGTH: Final = re.compile(rb"\r?\ncontent-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_PADDING: Final = b"\r\n\0"
_FOLLOWS: Final = re.compile(rb"\r?\n\r?\n|[\r\n\0]*(?:WARC/|\Z)")


class Piece(NamedTuple):
    """The bytes of one record, unpacked and cut at the size that was asked for."""

    position: int  # byte offset in the file as it is stored
    end: int  # offset of what follows
    data: bytes
    size: int  # of the whole record unpacked
    refusal: Refusal | None = None  # it is damaged; `end` says where reading stopped


class WarcPieces:
    """The pieces of one file, read from any record on. For one thread."""

    def __init__(self, path: str) -> None:
        """Open the file at a portable path; raises OSError."""
        self._window = Window(native_path(path))
        self._packed = self._window.at(0, 3) == _GZIP
        self._wasted = 0

    @property
    def closed(self) -> bool:
        """Tell whether the file is closed."""
        return self._window.closed

    def close(self) -> None:
        """Close the file."""
        self._window.close()

    def each(self, first: int = 0, stop: int = -1, keep: int = KEPT) -> Iterator[Piece]:
        """Yield the pieces that begin in `[first, stop)` (`stop` −1: to the end); raises OSError."""
        stop = self._window.size if stop < 0 else min(stop, self._window.size)
        at = first
        while at < stop:
            piece = self.at(at, keep)
            if piece.data.strip(_PADDING) or piece.refusal:
                yield piece
            at = self._after(piece) if piece.refusal else piece.end

    def at(self, position: int, keep: int = KEPT) -> Piece:
        """Read the piece that begins at an offset; raises OSError."""
        head = self._window.at(position, HEAD_CAP)
        padding = len(head) - len(head.lstrip(_PADDING))
        if padding:
            return Piece(position, position + padding, b"", 0)
        if not head.startswith(_GZIP if self._packed else _MARK):
            refusal = Refusal("bad_record", "no WARC record begins here")
            return Piece(position, position + 1, head[:1024], 0, refusal)
        return self._unpacked(position, keep) if self._packed else self._plain(position, keep)

    def _after(self, piece: Piece) -> int:
        """Return where the next record begins after a damaged one, reading no more in vain than there is to read."""
        self._wasted += piece.end - piece.position
        patient = self._wasted <= max(_PATIENCE, 2 * self._window.size)
        at = piece.position + 1 if patient else max(piece.end, piece.position + 1)
        mark = _GZIP if self._packed else b"\n" + _MARK
        while (found := self._window.find(mark, at)) < self._window.size:
            begin = found if self._packed else found + 1
            if self._begins(begin):
                return begin
            at = found + 1
        return self._window.size

    def _begins(self, position: int) -> bool:
        if self._packed:
            return unpacked_head(self._window.at(position, 1024), len(_MARK)) == _MARK
        return self._window.at(position, 7).startswith(b"WARC/1.") or self._window.at(position, 7) == b"WARC/0."

    def _unpacked(self, position: int, keep: int) -> Piece:
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        parts: list[bytes] = []
        at, size = position, 0
        refusal = None
        try:
            while not (stream.eof or refusal):
                packed = stream.unconsumed_tail or self._window.at(at, _STEP)
                at += 0 if stream.unconsumed_tail else len(packed)
                part = stream.decompress(packed, 16 * _STEP)
                parts += [part[: keep - size]] if size < keep else []
                size += len(part)
                if not packed:
                    refusal = Refusal("truncated", "the file ends within a record")
                elif size > max(_BOMB_SIZE, _BOMB_RATIO * (at - position)):
                    refusal = Refusal("too_large", "the gzip member grows out of all proportion")
        except zlib.error as error:
            refusal = Refusal("bad_record", f"the gzip member of the record is damaged: {error}"[:200])
        return Piece(position, at - len(stream.unused_data), b"".join(parts), size, refusal)

    def _plain(self, position: int, keep: int) -> Piece:
        head = self._window.at(position, HEAD_CAP)
        blank = _BLANK.search(head)
        head = head[: blank.end()] if blank else head[:1024]
        length = _LENGTH.search(head)
        size = len(head) + int(length[1]) if length else 0
        end = position + size
        if not (blank and length):
            refusal = Refusal("bad_record", "the record does not say how long it is")
        elif end > self._window.size:
            refusal = Refusal("truncated", "the file ends within a record, or its Content-Length is wrong")
        elif not _FOLLOWS.match(self._window.at(end, 16)):
            refusal = Refusal("bad_record", "the record's Content-Length is wrong")
        else:
            return Piece(position, end, self._window.at(position, min(size, keep)), size)
        return Piece(position, position + 1, head, size, refusal)


def unpacked_head(packed: bytes, size: int) -> bytes:
    """Return up to `size` bytes of what gzip bytes unpack to; b"" when they are none."""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(packed, size)
    except zlib.error:
        return b""
