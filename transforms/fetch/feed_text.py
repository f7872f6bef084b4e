"""Decode the bytes of a feed: byte order mark, then XML declaration, then HTTP, then a guess."""

import re
from typing import Final

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
#: Characters that no XML document may hold (XML 1.0 §2.2).
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: References to such characters.
FORBIDDEN_REFERENCE: Final = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}));", re.IGNORECASE
)


def feed_text(body: bytes, content_type: str = "") -> str:
    """Return the text of a feed without its byte order mark and without characters that XML forbids.

    Never raises: what no encoding fits is read as Windows-1252 with replacement characters.
    """
    text = FORBIDDEN.sub("", _decoded(body, content_type)).removeprefix("\ufeff").lstrip()
    return FORBIDDEN_REFERENCE.sub("", text)


def _decoded(body: bytes, content_type: str) -> str:
    marked, mark = read_bom(body)
    marked = marked or UNMARKED.get(body[:4])
    if marked:
        return body[len(mark or b"") :].decode(marked, "replace")
    declared = DECLARED.match(body[:400])
    names = [declared.group(1).decode("ascii") if declared else "", http_content_type_encoding(content_type) or ""]
    charsets = [charset for charset in map(_charset, names) if charset]
    utf8 = _strict(body, "utf-8")
    if utf8 is not None and not _may_be_chance(utf8, body, charsets):
        return utf8
    for charset in charsets:
        text = _strict(body, charset)
        if text is not None:
            return text
    return utf8 if utf8 is not None else _nearest(body, charsets)


def _charset(name: str) -> str:
    """Resolve a name as browsers do (latin-1 is Windows-1252); "" for an unknown or strange one."""
    try:
        resolved = resolve_encoding(name) if name else ""
    except (LookupError, ValueError):
        return ""
    return resolved if resolved and resolved.replace("_", "-") not in STRANGE else ""


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _may_be_chance(text: str, body: bytes, charsets: list[str]) -> bool:
    """Tell whether what decodes as UTF-8 can be the declared wide charset: few characters, or escapes within ASCII."""
    if not charsets or not LEGACY_WIDE.match(charsets[0].replace("_", "")):
        return False
    return (len(body) - len(text)) < 20


def _nearest(body: bytes, charsets: list[str]) -> str:
    """Forgive a few broken characters in an encoding that fits the rest."""
    for charset in (*charsets, "utf-8"):
        text = body.decode(charset, "replace")
        wide = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
        if text.count("\ufffd") * 10 <= wide:
            return text
    guess = None if charsets else from_bytes(body[:GUESS_LIMIT]).best()
    return body.decode(guess.encoding if guess else "cp1252", "replace")
