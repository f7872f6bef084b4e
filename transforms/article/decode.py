"""Bytes to text: byte-order mark, what the bytes themselves say, what the sender declared, then a guess.

A declaration is often wrong and UTF-8 is hard to hit by accident, so valid UTF-8 wins over whatever a header says
(the reverse of the order of the WHATWG encoding standard, § 4.2 of which names the labels).
"""

import codecs
import re
from collections import Counter
from unicodedata import normalize

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from transforms.article.guess_encoding import guess_encoding, guess_escaped

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPED = frozenset({"iso2022_jp", "hz", "iso2022_kr"})  # encodings whose bytes are all ASCII
_SAMPLE = 65_536  # bytes that are looked at to guess
_CONTROL_BYTES = frozenset({*range(1, 9), *range(14, 32)}) - {27}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060]")  # soft hyphen, zero width space, word joiner
_BREAKS = re.compile("[\r\x0c\x85\u2028\u2029]")
#: What is looked for one by one, which is three times as fast as a class of them on the size of a page.
_ODD_ONES = tuple(map(chr, (*range(9), *range(11, 32), 127, 0x85, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)))
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def decode(data: bytes, content_type: str = "", markup: bool = False) -> str:
    r"""Turn `data` into text with "\n" line ends and without control characters; never raises.

    `content_type` is the header's value, "" when there is none; `markup` says that a `<meta>` in the text may name
    the encoding. Bytes that fit no encoding become U+FFFD.
    """
    text = _decode(data, content_type, markup)
    if any(one in text for one in _ODD_ONES) or not _is_unicode(text):
        return clean_controls(text)
    return text


def clean_controls(text: str) -> str:
    """Unify line ends and drop C0 controls, DEL, BOMs and lone surrogates; tabs and line ends stay."""
    text = text.replace("\r\n", "\n") if "\r" in text else text
    return _CONTROLS.sub("", _BREAKS.sub("\n", text)) if _ODD.search(text) else text


def fold(text: str) -> str:
    """Make one line of a text: NFC, white space folded to single spaces, neither controls nor invisible break marks."""
    text = clean_controls(text)
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", normalize("NFC", text))).split())


def _decode(data: bytes, content_type: str, markup: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = _declared(data, content_type, markup)
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    if not declared and guess_escaped(data):
        return data.decode("iso2022_jp", "replace")
    if not (declared and declared[0] in _ESCAPED and data.isascii()):
        text = _utf8(data)
        if text is not None:
            return text
    for encoding in declared:
        text = _strict(data, encoding)
        if text is not None:
            return text
    return _guess(data, declared)


def _is_unicode(text: str) -> bool:
    """Tell whether a text has no lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _declared(data: bytes, content_type: str, markup: bool) -> list[str]:
    """List the encodings that header and page name, the likelier first.

    A header's Latin 1 is the default of many servers, so the page's own word goes before it.
    """
    header = http_content_type_encoding(content_type) if content_type else None
    page = html_body_declared_encoding(data[:4096]) if markup else None
    order = [page, header] if header in {None, "cp1252"} else [header, page]
    return [name for name in dict.fromkeys(order) if name and resolve_encoding(name)]


def _wide(data: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark: by zero bytes on one side only, or by control bytes that no text has."""
    head = data[: _SAMPLE // 32]
    head = head[: len(head) // 4 * 4]
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) // 4
    if quarter >= 2 and min(zeros[2:]) > 0.9 * quarter and zeros[0] < 0.1 * quarter:
        return "utf-32-le" if zeros[3] == quarter else ""
    if quarter >= 2 and min(zeros[:2]) > 0.9 * quarter and zeros[3] < 0.1 * quarter:
        return "utf-32-be" if zeros[0] == quarter else ""
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if odd > 0.3 * len(head) / 2 and even < odd / 10:
        return "utf-16-le"
    if even > 0.3 * len(head) / 2 and odd < even / 10:
        return "utf-16-be"
    if len(data) % 2 == 0 and sum(byte in _CONTROL_BYTES for byte in head) > 0.1 * len(head):
        return next((encoding for encoding in ("utf-16-le", "utf-16-be") if _is_running(_strict(head, encoding))), "")
    return ""


def _is_running(text: str | None) -> bool:
    """Tell running text: nearly all of it letters, figures, spaces and marks, most of one block of Unicode."""
    if not text:
        return False
    good = sum(character.isalnum() or character.isspace() or character in ".,;:!?-–—«»“”\"'()" for character in text)
    blocks = Counter(ord(character) >> 8 for character in text)
    return good >= 0.95 * len(text) and blocks.most_common(1)[0][1] >= 0.6 * len(text)


def _utf8(data: bytes) -> str | None:
    """Decode UTF-8, forgiving a few broken bytes among many good ones."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if broken * 10 <= good else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes, declared: list[str]) -> str:
    if declared:
        text = data.decode(declared[0], "replace")
        if text.count("\ufffd") * 100 <= len(text):
            return text
    return data.decode(guess_encoding(data), "replace")
