"""Undo the Content-Encoding of a body piece by piece, so that a bomb never unfolds, and check that it is complete.

HTTP libraries take a compressed body that ends early for a whole one; here it is `truncated`.
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final, Protocol

import brotli

try:
    import zstandard
except ImportError:
    zstandard = None  # type: ignore[assignment]

from transforms.fetch.trouble import TroubleError

#: Bytes that one step puts out at most.
PIECE: Final = 65_536
GZIP_MAGIC: Final = b"\x1f\x8b\x08"
#: What the client asks for.
ACCEPTED: Final = "gzip, deflate, br" + (", zstd" if zstandard else "")
#: Encodings on top of one another that are undone.
MAX_LAYERS: Final = 2


class Decoder(Protocol):
    """Undoes one encoding."""

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk decodes to, in bounded pieces."""
        ...

    def finish(self) -> None:
        """Check that the stream has ended."""
        ...


class Gzip:
    """gzip with any number of members (RFC 1952); what follows the last one is ignored.

    A body that is not gzip at all, though it is called so, passes as it is.
    """

    def __init__(self) -> None:
        self._stream: Any = None
        self._head = b""
        self._plain = False
        self._over = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk decodes to."""
        if self._plain:
            yield chunk
            return
        chunk = self._head + chunk
        self._head = b""
        while chunk and not self._over:
            if self._stream is None or self._stream.eof:
                if len(chunk) < len(GZIP_MAGIC):
                    self._head = chunk
                    return
                if not chunk.startswith(GZIP_MAGIC):
                    yield from self._other(chunk)
                    return
                self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield from _inflate(self._stream, chunk)
            chunk = self._stream.unused_data

    def finish(self) -> None:
        """Check that the last member has ended."""
        if self._stream is not None and not self._stream.eof:
            raise _truncated("gzip")
        if self._stream is None and self._head and GZIP_MAGIC.startswith(self._head):
            raise _truncated("gzip")

    def _other(self, chunk: bytes) -> Iterator[bytes]:
        self._over = self._stream is not None
        self._plain = not self._over
        if self._plain:
            yield chunk


class Deflate:
    """`deflate` with the zlib header that RFC 9110 wants, or without it, as some servers send it."""

    def __init__(self) -> None:
        self._stream: Any = None

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk decodes to."""
        if self._stream is None and chunk:
            has_header = chunk[0] & 0x0F == 8 and chunk[0] >> 4 <= 7  # CM and CINFO of RFC 1950
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        if chunk and not self._stream.eof:
            yield from _inflate(self._stream, chunk)

    def finish(self) -> None:
        """Check that the stream has ended."""
        if self._stream is not None and not self._stream.eof:
            raise _truncated("deflate")


class Brotli:
    """Brotli (RFC 7932); nothing may follow the end of the stream."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._fed = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk decodes to."""
        self._fed = self._fed or bool(chunk)
        if chunk and self._stream.is_finished():
            raise TroubleError("bad_http", "broken compression: more after the end of the brotli stream")
        while not self._stream.is_finished():
            try:
                piece = self._stream.process(chunk, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise TroubleError("bad_http", f"broken compression: {error}") from error
            if piece:
                yield piece
            elif self._stream.can_accept_more_data():
                return
            chunk = b""

    def finish(self) -> None:
        """Check that the stream has ended."""
        if self._fed and not self._stream.is_finished():
            raise _truncated("brotli")


class Zstandard:
    """zstd (RFC 8878) with the window that RFC 9659 allows."""

    #: Bytes fed at once: sixteen blocks of 128 KiB at most come out of them.
    STEP: Final = 64

    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj()
        self._fed = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk decodes to."""
        for start in range(0, len(chunk), self.STEP):
            if self._stream.eof:
                return
            self._fed = True
            try:
                yield self._stream.decompress(chunk[start : start + self.STEP])
            except zstandard.ZstdError as error:
                raise TroubleError("bad_http", f"broken zstd: {error}") from error

    def finish(self) -> None:
        """Check that the frame has ended."""
        if self._fed and not self._stream.eof:
            raise _truncated("zstd")


def decoders_for(content_encoding: str) -> list[Decoder]:
    """Return what undoes a Content-Encoding, the outermost layer first.

    Raises:
        TroubleError: an encoding that nobody asked for, or too many of them.

    """
    names = [name.strip().lower().removeprefix("x-") for name in content_encoding.split(",")]
    names = [name for name in names if name not in ("", "identity", "none", "utf-8")]
    if len(names) > MAX_LAYERS:
        raise TroubleError("bad_http", f"too many content encodings: {content_encoding[:100]}")
    return [_decoder(name) for name in reversed(names)]


def _decoder(name: str) -> Decoder:
    if name == "gzip":
        return Gzip()
    if name == "deflate":
        return Deflate()
    if name == "br":
        return Brotli()
    if name == "zstd" and zstandard:
        return Zstandard()
    raise TroubleError("bad_http", f"the content encoding {name[:40]} was not asked for")


def _inflate(stream: Any, chunk: bytes) -> Iterator[bytes]:
    while chunk:
        try:
            piece = stream.decompress(chunk, PIECE)
        except zlib.error as error:
            raise TroubleError("bad_http", f"broken compression: {error}") from error
        if piece:
            yield piece
        chunk = stream.unconsumed_tail


def _truncated(name: str) -> TroubleError:
    return TroubleError("truncated", f"the {name} stream ends before its end", wait=0)
