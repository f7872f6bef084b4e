"""Tell the encoding of a feed: byte order mark, then XML declaration, then HTTP, then a guess.

Everything is decoded piece by piece: Python holds a text that has one emoji with four bytes a character.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

#: The beginning `<?` in encodings that are no superset of ASCII (XML 1.0, appendix F).
UNMARKED: Final = {
    b"\x00\x00\x00<": "utf-32-be",
    b"<\x00\x00\x00": "utf-32-le",
    b"\x00<\x00?": "utf-16-be",
    b"<\x00?\x00": "utf-16-le",
}
DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
#: Codecs of Python that are no charsets of documents; some of them take quadratic time.
STRANGE: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined"})
#: Bytes that the guess of an undeclared encoding looks at.
GUESS_LIMIT: Final = 50_000
#: In these a few bytes may look like UTF-8 by chance.
LEGACY_WIDE: Final = re.compile(r"gb|big5|shift|euc|iso2022|cp9[345]|johab|hz")
#: Bytes that are decoded at once.
PIECE: Final = 65_536
_WIDE: Final = re.compile(r"[^\x00-\x7f]+")


class Encoding(NamedTuple):
    """How the bytes of a document are to be read."""

    charset: str
    errors: str = "strict"  # or replace, where some of the bytes do not fit
    skip: int = 0  # bytes of the byte order mark


def encoding_of(body: bytes, content_type: str = "") -> Encoding:
    """Return the encoding of a feed; never raises: what none fits is Windows-1252 with replacement characters."""
    marked, mark = read_bom(body[:8])
    marked = marked or UNMARKED.get(body[:4])
    if marked:
        return Encoding(marked, "replace", len(mark or b""))
    declared = DECLARED.match(body[:400])
    names = [declared.group(1).decode("ascii") if declared else "", http_content_type_encoding(content_type) or ""]
    charsets = [charset for charset in map(_charset, names) if charset]
    is_utf8 = body.isascii() or _fits(body, "utf-8")
    if is_utf8 and not _may_be_chance(body, charsets):
        return Encoding("utf-8")
    fitting = next((charset for charset in charsets if _fits(body, charset)), "utf-8" if is_utf8 else "")
    return Encoding(fitting) if fitting else _nearest(body, charsets)


def decoded(body: bytes, encoding: Encoding) -> Iterator[str]:
    """Yield the text of a document piece by piece.

    Raises:
        UnicodeError: the bytes do not fit, and are not to be replaced.
        LookupError: Python does not know the charset.

    """
    decoder = codecs.getincrementaldecoder(encoding.charset)(encoding.errors)
    for place in range(encoding.skip, len(body), PIECE):
        yield decoder.decode(body[place : place + PIECE])
    yield decoder.decode(b"", True)


def _charset(name: str) -> str:
    """Resolve a name as browsers do (latin-1 is Windows-1252); "" for an unknown or strange one."""
    try:
        resolved = resolve_encoding(name) if name else ""
    except (LookupError, ValueError):
        return ""
    return resolved if resolved and resolved.replace("_", "-") not in STRANGE else ""


def _fits(body: bytes, charset: str) -> bool:
    try:
        return all(piece is not None for piece in decoded(body, Encoding(charset)))
    except (UnicodeError, LookupError):
        return False


def _may_be_chance(body: bytes, charsets: list[str]) -> bool:
    """Tell whether what decodes as UTF-8 can be the declared wide charset: few characters, or escapes within ASCII."""
    if not charsets or not LEGACY_WIDE.match(charsets[0].replace("_", "")):
        return False
    return len(body) - sum(map(len, decoded(body, Encoding("utf-8")))) < 20


def _nearest(body: bytes, charsets: list[str]) -> Encoding:
    """Forgive a few broken characters in an encoding that fits the rest."""
    for charset in (*charsets, "utf-8"):
        nearly = Encoding(charset, "replace")
        lost = wide = 0
        for piece in decoded(body, nearly):
            lost += piece.count("\ufffd")
            wide += sum(map(len, _WIDE.findall(piece)))
        if lost * 10 <= wide:
            return nearly
    guess = None if charsets else from_bytes(body[:GUESS_LIMIT]).best()
    return Encoding(guess.encoding if guess else "cp1252", "replace")
