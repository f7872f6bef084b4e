"""Bodies that hold no article, known by their first bytes and never by what the server calls them."""

import re
from typing import Final

#: Bytes that are looked at.
HEAD: Final = 64

_KINDS: Final = (
    (re.compile(rb"\s{0,8}%PDF-"), "a PDF file"),
    (
        re.compile(
            rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM.{4}\x00\x00\x00\x00|II\*\x00|MM\x00\*|\x00\x00\x01\x00",
            re.S,
        ),
        "an image",
    ),
    (re.compile(rb"....ftyp(?:avif|avis|heic|heix|mif1)", re.S), "an image"),
    (
        re.compile(
            rb"....ftyp|\x1aE\xdf\xa3|FLV\x01|OggS\x00|ID3[\x02-\x04]|fLaC\x00|RIFF....(?:AVI |WAVE)|#EXTM3U", re.S
        ),
        "audio or video",
    ),
    (re.compile(rb"PK\x03\x04|PK\x05\x06|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|BZh[1-9]1AY&SY"), "an archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf1"), "an office document"),
    (re.compile(rb"\x7fELF|MZ\x90\x00|\xca\xfe\xba\xbe|\x00asm"), "a program"),
    (re.compile(rb"wOF[F2]|OTTO\x00|\x00\x01\x00\x00\x00"), "a font"),
)


def unsupported_kind(head: bytes) -> str:
    """Name what a body is when it is no text, by its first 64 bytes; "" for text."""
    return next((name for pattern, name in _KINDS if pattern.match(head)), "")
