"""The text of a feed as clean UTF-8, piece by piece, so that no copy of the whole is made."""

import re
from collections.abc import Iterator
from typing import Final

from transforms.fetch.feed_encoding import DECLARED, PIECE, decoded, encoding_of

__all__ = ["DECLARED", "FeedText", "feed_text"]

#: Control characters that no XML document may hold (XML 1.0 §2.2).
CONTROLS: Final = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
#: U+FFFE and U+FFFF, which none may hold either.
_NONCHARACTER: Final = re.compile(rb"\xef\xbf[\xbe\xbf]")
#: References to such characters.
_FORBIDDEN_REFERENCE: Final = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}));", re.IGNORECASE
)
#: Bytes of the longest token that is never cut.
TOKEN: Final = 128
_TOKEN_START: Final = re.compile(rb"[<&\]]")


class FeedText:
    """The text of a feed without byte order mark, white space before it, and characters that XML forbids."""

    def __init__(self, body: bytes, content_type: str = "") -> None:
        """Find out the encoding; never raises."""
        self._body = body
        self._encoding = encoding_of(body, content_type)

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """Yield the text from the byte `start` of its UTF-8 on.

        No piece ends within a character, a reference, or the beginning or end of a CDATA section.
        """
        held = b""
        for found in self._cleaned():
            piece = held + found
            token = _TOKEN_START.search(piece, max(0, len(piece) - TOKEN))
            cut = token.start() if token else len(piece)
            piece, held = piece[:cut], piece[cut:]
            piece = _FORBIDDEN_REFERENCE.sub(b"", piece) if b"&#" in piece else piece
            if len(piece) > start:
                yield piece[start:]
            start = max(0, start - len(piece))
        if rest := _FORBIDDEN_REFERENCE.sub(b"", held)[start:]:
            yield rest

    def head(self, limit: int) -> str:
        """Return the beginning: `limit` bytes and at most a piece."""
        found: list[bytes] = []
        for piece in self.pieces():
            found.append(piece)
            limit -= len(piece)
            if limit <= 0:
                break
        return b"".join(found).decode("utf-8", "replace")

    def whole(self) -> str:
        """Return all of it."""
        return b"".join(self.pieces()).decode("utf-8", "replace")

    def _cleaned(self) -> Iterator[bytes]:
        is_first = has_begun = False
        for number, found in enumerate(self._encoded()):
            piece = found.translate(None, CONTROLS)
            if b"\xef\xbf" in piece:
                piece = _NONCHARACTER.sub(b"", piece)
            is_first = number == 0
            if not has_begun and not piece.startswith((b"<", b"{")):
                text = piece.decode("utf-8", "replace")
                piece = (text.removeprefix("\ufeff") if is_first else text).lstrip().encode()
            has_begun = has_begun or bool(piece)
            yield piece

    def _encoded(self) -> Iterator[bytes]:
        encoding = self._encoding
        if encoding.charset != "utf-8" or encoding.errors != "strict":
            yield from (piece.encode("utf-8", "replace") for piece in decoded(self._body, encoding))
            return
        place = encoding.skip
        while place < len(self._body):
            end = min(place + PIECE, len(self._body))
            while end < len(self._body) and self._body[end] & 0xC0 == 0x80:
                end -= 1
            yield self._body[place:end]
            place = end


def feed_text(body: bytes, content_type: str = "") -> str:
    """Return the text of a feed as one string; never raises."""
    return FeedText(body, content_type).whole()
