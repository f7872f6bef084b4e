"""Read the body of an answer under two caps, on the wire and decoded."""

from collections.abc import AsyncIterable, Iterator, Sequence

from transforms.fetch.decoding import GZIP_MAGIC, Decoder, Gzip, decoders_for
from transforms.fetch.magic import HEAD, unsupported_kind
from transforms.fetch.trouble import TroubleError


class _Body:
    """The decoded bytes so far."""

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self._limit = limit
        self._known = False

    def add(self, piece: bytes) -> None:
        """Take a piece; refuse what grows too large or turns out to be no text."""
        if len(self.data) + len(piece) > self._limit:
            raise TroubleError("too_large", f"the body has more than {self._limit} bytes")
        self.data += piece
        if not self._known and len(self.data) >= HEAD:
            self.check()

    def check(self) -> None:
        """Refuse a body that holds no text."""
        self._known = True
        if kind := unsupported_kind(bytes(self.data[:HEAD])):
            raise TroubleError("unsupported_type", f"the body is {kind}")


async def read_body(chunks: AsyncIterable[bytes], content_encoding: str, limit: int) -> bytes:
    """Return the decoded body; a body that is gzip once more (a double encoding, a .gz file) is unpacked once.

    Raises:
        TroubleError: `too_large` (more than `limit` bytes before or after decoding), `truncated`, `unsupported_type`,
            `bad_http`.

    """
    decoders = decoders_for(content_encoding)
    body = _Body(limit)
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        if wire > limit:
            raise TroubleError("too_large", f"the body has more than {limit} bytes on the wire")
        for piece in _decoded(chunk, decoders):
            body.add(piece)
    for decoder in decoders:
        decoder.finish()
    if body.data.startswith(GZIP_MAGIC):
        body = _unpacked(body.data, limit)
    body.check()
    return bytes(body.data)


async def read_head(chunks: AsyncIterable[bytes], content_encoding: str, wanted: int) -> bytes:
    """Return the first `wanted` decoded bytes, and one more where there are more; what they are does not matter.

    Raises:
        TroubleError: `truncated`, `bad_http`, and `too_large` where so many bytes on the wire decode to less.

    """
    decoders = decoders_for(content_encoding)
    data = bytearray()
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        for piece in _decoded(chunk, decoders):
            data += piece
            if len(data) > wanted:
                return bytes(data[: wanted + 1])
        if wire > 2 * wanted:
            raise TroubleError("too_large", f"the body has more than {2 * wanted} bytes on the wire")
    for decoder in decoders:
        decoder.finish()
    return bytes(data)


def _unpacked(data: bytearray, limit: int) -> _Body:
    body = _Body(limit)
    gzip = Gzip()
    for start in range(0, len(data), 65_536):
        for piece in gzip.decode(bytes(data[start : start + 65_536])):
            body.add(piece)
    gzip.finish()
    return body


def _decoded(chunk: bytes, decoders: Sequence[Decoder]) -> Iterator[bytes]:
    if not decoders:
        yield chunk
        return
    for piece in decoders[0].decode(chunk):
        yield from _decoded(piece, decoders[1:])
