"""Sketch a text in a few hundred bytes, so that the same story is found at other publishers without reading texts.

Shingles of three words (of five characters in Chinese and Japanese, of nine in Thai and its like, which write no
spaces) are hashed to 32 bits; the smallest hashes are kept (a bottom-k sketch: Broder 1997), *in the order of the
text*. Two sketches, cut at the smaller of their largest hashes, hold the same sample of both texts: what part of one is
in the other can be counted (`transforms.article.stories`), and the order tells a text with words changed all over from
one that shares a paragraph. Beside them stand the numbers of the text, by which filled-in forms (weather, results,
stock markets) are told apart.

Only CRC-32 and integer arithmetic: the same text gives the same bytes in every process, on every machine.
"""

import re
import struct
import unicodedata
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

#: Of this layout, first byte of every signature; one of another version matches nothing.
VERSION: Final = 1
#: Texts with fewer distinct shingles (about twenty words) have no signature: too little to go by.
SHORTEST: Final = 18
#: Hashes kept of a usual article, up to `USUAL` shingles; of a longer one up to twice as many.
KEPT: Final = 106
USUAL: Final = 600
#: Numbers kept of a usual article, again the smallest hashes in the order of the text; of a longer one twice as many.
NUMBERS: Final = 20

_HEAD: Final = struct.Struct("<BBH")  # version, numbers, shingles
_SOME: Final = 0x80  # beside how many numbers: some are left out
#: The limit of a sketch that holds every hash of its text.
EVERY: Final = 0xFFFFFFFF

_NOTHING, _LETTER, _HAN, _THAI = range(4)
#: Code points in a row that stand alone, each a sign; whatever is left of the letters and marks makes words.
_ALONE: Final = (
    (_HAN, 0x3041, 0x30FF),
    (_HAN, 0x31F0, 0x31FF),
    (_HAN, 0x3400, 0x4DBF),
    (_HAN, 0x4E00, 0x9FFF),
    (_HAN, 0xF900, 0xFAFF),
    (_HAN, 0x20000, 0x20000),  # and all above it
    (_THAI, 0x0E00, 0x0EFF),  # Thai, Lao
    (_THAI, 0x1000, 0x109F),  # Burmese
    (_THAI, 0x1780, 0x17FF),  # Khmer
)
_IN_WORDS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc"})
_WIDTHS: Final = {_LETTER: 3, _HAN: 5, _THAI: 9}

_UNSEEN: Final = re.compile("[\u00ad\u0307\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]")
_GROUPED: Final = re.compile(r"[0-9](?<![0-9][0-9])[0-9]{0,2}(?:[.,'’\u00a0\u202f ][0-9]{3})+(?![0-9])")
#: "2–1", "24.11.2026" and "15:30" are one number each; what stands behind a letter (G20) is part of a name.
_NUMBER: Final = re.compile(r"[0-9](?<![a-z0-9][0-9])[0-9]*(?:[^\w\s][0-9]+)*")
_DIGITS: Final = re.compile(r"[0-9]+")
_OTHER_DIGIT: Final = re.compile(
    "[" + "".join(chr(code) for code in range(0x80, 0x10000) if unicodedata.category(chr(code)) == "Nd") + "]"
)
#: An odd number, and what undoes multiplying by it, modulo 2^64.
_ODD: Final = 0x9E3779B97F4A7C15
#: Characters of a text, up to which its powers are kept.
_USUAL_LENGTH: Final = 1 << 15
_INVERSE: Final = pow(_ODD, -1, 1 << 64)


def _kinds() -> npt.NDArray[np.uint8]:
    """Say of every code point up to U+20000 what it is: nothing, part of a word, or a sign that stands alone."""
    kinds = np.array(
        [unicodedata.category(chr(code)) in _IN_WORDS for code in range(0x20001)],
        np.uint8,
    )
    for kind, first, last in _ALONE:
        kinds[first : last + 1] *= kind
    return kinds


_KINDS: Final = _kinds()


class Sketch(NamedTuple):
    """A signature, read."""

    shingles: int  # distinct ones of the text
    limit: int  # every shingle whose hash is at most this is in `hashes`
    hashes: npt.NDArray[np.uint32]  # distinct, in the order of the text
    numbers: npt.NDArray[np.uint32]  # in the order of the text, each hash << 16 | hash of the next << 8 | place,
    # which is how many of `hashes` begin before it
    some_numbers: bool  # those above the greatest in `numbers` are left out


#: Of a text without signature: like none.
NO_SKETCH: Final = Sketch(0, 0, np.empty(0, np.uint32), np.empty(0, np.uint32), False)


def signature(text: str) -> bytes:
    """Sketch the text, blind to case, punctuation, white space and the grouping of digits.

    At most 508 bytes up to 600 distinct shingles, never more than 1012. Empty for texts of fewer than about twenty
    words, which are then alike to none.
    """
    plain = _plain(text)
    hashes, offsets, width = _shingles(np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), "<u4"))
    distinct = np.sort(hashes)
    distinct = distinct[np.append(distinct[1:] != distinct[:-1], True)] if len(distinct) else distinct
    shingles = len(distinct)
    if shingles < SHORTEST * (1 if width == _WIDTHS[_LETTER] else 2):
        return b""
    share = min(2.0, max(1.0, (shingles / USUAL) ** 0.5))
    kept = np.flatnonzero(hashes <= distinct[min(shingles, int(KEPT * share)) - 1])
    _, first = np.unique(hashes[kept], return_index=True)
    kept = kept[np.sort(first)]
    hashes, offsets = hashes[kept], offsets[kept]
    numbers, some = _numbers(plain, offsets, int(NUMBERS * share))
    head = _HEAD.pack(VERSION, len(numbers) | _SOME * some, min(shingles, 0xFFFF))
    return head + np.concatenate((numbers, hashes)).astype("<u4").tobytes()


def read_signature(data: bytes) -> Sketch | None:
    """Read a signature back; None for an empty one, another version's, or bytes that are none."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        return None
    _, numbers, shingles = _HEAD.unpack_from(data)
    first = 1 + (numbers & ~_SOME)
    if len(data) % 4 or len(data) <= 4 * first:
        return None
    values = np.frombuffer(data, "<u4")
    limit = int(values[first:].max()) if shingles > len(values) - first else EVERY
    return Sketch(shingles, limit, values[first:], values[1:first], numbers >= _SOME)


def _plain(text: str) -> str:
    """Fold case and compatible forms, drop what is not seen, write every number in one way."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", plain).replace("ı", "i"))
        plain = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return _GROUPED.sub(lambda number: "".join(filter(str.isdigit, number[0])), plain)


def _numbers(plain: str, offsets: npt.NDArray[np.int64], kept: int) -> tuple[npt.NDArray[np.uint32], bool]:
    """Hash the numbers of the text and pack them as in `Sketch`; of too many those of the smallest hashes are kept.

    Also returned: whether some are left out.
    """
    found = list(_NUMBER.finditer(plain))
    if not found:
        return np.empty(0, np.uint32), False
    hashes = [crc32(".".join(_DIGITS.findall(number[0])).encode()) & 0xFFFF for number in found]
    pairs = [one << 8 | other & 0xFF for one, other in zip(hashes, [*hashes[1:], 0], strict=True)]
    first = sorted({pair: at for at, pair in reversed(list(enumerate(pairs)))}.values())
    some = len(first) > kept
    if some:
        limit = sorted(hashes[at] for at in first)[kept]
        first = [at for at in first if hashes[at] < limit]
    places = np.searchsorted(offsets, [found[at].start() for at in first], "right").tolist()
    return np.array([pairs[at] << 8 | place for at, place in zip(first, places, strict=True)], np.uint32), some


def _shingles(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], int]:
    """Hash every run of tokens (words, and signs of scripts without spaces).

    Also returned: where each begins, and how many tokens make a run, by the script that most of the text is written in.
    """
    kinds = _KINDS.take(codes, mode="clip")
    counts = np.bincount(kinds, minlength=4)
    unspaced = _HAN if counts[_HAN] >= counts[_THAI] else _THAI
    width = _WIDTHS[unspaced if counts[unspaced] > counts[_LETTER] else _LETTER]
    words, starts = _words(codes, kinds)
    mixed = np.zeros(max(0, len(words) - width + 1), np.uint64)
    for place in range(width):
        mixed += words[place : place + len(mixed)]
        _stir(mixed)
    return (mixed >> np.uint64(32)).astype(np.uint32), starts[: len(mixed)], width


def _words(
    codes: npt.NDArray[np.uint32], kinds: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Hash every token: a polynomial of its code points, modulo 2^64, from differences of one running sum.

    Also returned: where each begins.
    """
    before = np.concatenate((np.zeros(1, np.uint8), kinds[:-1]))
    after = np.concatenate((kinds[1:], np.zeros(1, np.uint8)))
    alone = kinds > _LETTER
    starts = np.flatnonzero((kinds != _NOTHING) & (alone | (before != _LETTER)))
    ends = np.flatnonzero((kinds != _NOTHING) & (alone | (after != _LETTER))) + 1
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * _powers(_ODD, len(codes)), out=sums[1:])
    return (sums[ends] - sums[starts]) * _powers(_INVERSE, len(codes))[starts], starts


def _powers(factor: int, count: int) -> npt.NDArray[np.uint64]:
    """Return the first powers of a factor, modulo 2^64, from 1 on; those of usual texts are made once a process."""
    return _usual_powers(factor)[:count] if count <= _USUAL_LENGTH else _new_powers(factor, count)


@cache
def _usual_powers(factor: int) -> npt.NDArray[np.uint64]:
    return _new_powers(factor, _USUAL_LENGTH)


def _new_powers(factor: int, count: int) -> npt.NDArray[np.uint64]:
    powers = np.full(count, factor, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers, dtype=np.uint64)


def _stir(values: npt.NDArray[np.uint64]) -> None:
    """Spread every bit over all others, in place (the finaliser of SplitMix64: Steele, Lea, Flood 2014)."""
    values += np.uint64(0x9E3779B97F4A7C15)
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
