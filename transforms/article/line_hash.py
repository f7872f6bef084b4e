"""Names for lines: eight bytes that are the same on every machine, by which lines are learned and known again."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from transforms.article.dateline import is_place

SIZE: Final = 8  # bytes of a hash
NONE: Final = bytes(SIZE)  # stands for a line that has no hash
LONGEST_LEARNED: Final = 400  # characters of a line that may be learned
PROSE_WIDTH: Final = 60  # from this width on a line that ends like a sentence may be a paragraph
WIDTH_STEP: Final = 4  # characters for each step of the width in the first byte
_PROSE: Final = 0x80
_LONG: Final = 0x7F  # the width that stands for every line too long to be learned
_SHORT: Final = 0  # the width that stands for every line that says too little to be learned, or only where
_FEWEST: Final = 3  # letters of a line that may be learned; of an ideographic script two say enough
_LOOK: Final = 64  # characters that tell whether a line has letters; a number is one of them, however long

_NOT_TEXT = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LIST_ITEM = re.compile(r"[-*•▪●►▶→»›>|·–+]")
#: A full stop of any script, or a letter of those that write none (Thai, Lao, Burmese, Khmer).
_SENTENCE_END = re.compile("(?:[.!?…。！？।؟]['\"”’»«“)\\]]*|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\\s*$")


def line_hash(line: str) -> bytes:
    """Hash a line to 8 bytes; a line without letters, or of more than 400 characters, to `NONE`.

    Case, white space and punctuation don't count, and any number is like any other: `WATCH X LIVE HERE` and
    `Watch X live here:` are one line. The first byte tells its width and whether it reads like a paragraph
    (`width_of`, `is_prose`), the rest is its blake2b.
    """
    return NONE if len(line) > LONGEST_LEARNED else _hash(line)


def line_hashes(lines: Sequence[str]) -> bytes:
    """Join the hashes of the lines of a document, 8 bytes each, in their order.

    Lines too long to be learned have one too, which tells near-duplicates; `line_hash` of them is `NONE`.
    """
    return b"".join(map(_hash, lines))


def split_hashes(hashes: bytes) -> list[bytes]:
    """Take `line_hashes` apart again; a broken rest is left out."""
    return [hashes[start : start + SIZE] for start in range(0, len(hashes) - SIZE + 1, SIZE)]


def is_learnable(hashed: bytes) -> bool:
    """Tell whether the line of a hash may be learned: it is neither too short nor too long, and no place."""
    return _SHORT < hashed[0] & _LONG < _LONG


def is_prose(hashed: bytes) -> bool:
    """Tell whether the line of a hash is long enough for a paragraph, ends like a sentence and is no list item."""
    return bool(hashed[0] & _PROSE)


def is_body(hashed: bytes) -> bool:
    """Tell whether the line of a hash is likely of an article's own text: a paragraph, or too long to be learned."""
    return is_prose(hashed) or hashed[0] & _LONG == _LONG


def width_of(hashed: bytes) -> int:
    """Tell about how many characters the line of a hash has; an ideograph counts as three."""
    return (hashed[0] & _LONG) * WIDTH_STEP


def line_id(publisher: str, hashed: bytes) -> str:
    """Name the line of one publisher ("": of every publisher), 16 hex digits."""
    return blake2b(publisher.encode("utf-8", "surrogatepass") + b"\n" + hashed, digest_size=8).hexdigest()


def _hash(line: str) -> bytes:
    text = _DIGITS.sub("0", _NOT_TEXT.sub("", line).casefold())
    ideographs = 0 if text.isascii() else len(_CJK.findall(text))
    letters = sum(map(str.isalpha, text[:_LOOK]))
    if not letters:
        return NONE
    width = len(text) + 2 * ideographs
    steps = min(1 + width // WIDTH_STEP, _LONG - 1) if letters + ideographs // 2 >= _FEWEST else _SHORT
    if len(line) > LONGEST_LEARNED:
        steps = _LONG
    elif is_place(line):
        steps = _SHORT
    prose = width >= PROSE_WIDTH and not _LIST_ITEM.match(line) and _SENTENCE_END.search(line)
    return (
        bytes([steps | (_PROSE if prose else 0)])
        + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=SIZE - 1).digest()
    )
