"""Plain text: paragraphs of any layout, the headline and the by-line where they are plainly there.

Text comes with one paragraph a line, with paragraphs between empty lines, or wrapped at a fixed width with or without
empty lines. A text is wrapped when its lines are nearly always as long as the next word allows.
"""

import re
from itertools import pairwise
from typing import Final

from transforms.article.authors import clean_authors, is_name
from transforms.article.dateline import is_place, split_dateline
from transforms.article.decode import clean_controls, fold

_WIDEST: Final = 130  # characters; nobody wraps text wider
_NARROWEST: Final = 35
_END = re.compile(r"[.!?…:。！？।؟\"'”’»)\]]$")
_NO_TITLE_END = re.compile(r"[.,;:…。、，；]$|[.!?]['\"”’»]$")
_EMPTY = re.compile(r"\n\s*\n")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|autor(?:in)?:|author:)\s+(?P<names>[^\W\d_].{1,80})", re.IGNORECASE
)
_MARK = re.compile(r"^(?:#{1,6}\s+|(?:title|headline|titel|titre)\s*:\s*)", re.IGNORECASE)


def read_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs, each one line, none empty."""
    lines = [line.rstrip() for line in _EMPTY.sub("\n\n", clean_controls(text)).split("\n")]
    width = _wrapped_at(lines)
    if width:
        lines = _unwrap(lines, width)
    return [paragraph for paragraph in map(fold, lines) if paragraph]


def find_title(paragraphs: list[str]) -> str:
    """Return the headline when the first paragraph plainly is one, else "".

    It is short, ends like no sentence, is no place, and something longer follows it.
    """
    if len(paragraphs) < 2:
        return ""
    first = paragraphs[0]
    words = len(_CJK.findall(first)) / 2 or len(first.split())
    if not 3 <= words <= 30 or len(first) > 180 or _NO_TITLE_END.search(first):
        return ""
    if is_place(first) or split_dateline(first) is not None or byline_of(first):
        return ""
    longest = max(len(paragraph) for paragraph in paragraphs[1:5])
    return _MARK.sub("", first) if longest >= max(60, 1.2 * len(first)) else ""


def byline_of(line: str) -> list[str]:
    """List the names in a line that is a by-line and nothing else ("By Jane Doe and John Roe"), else nothing."""
    match = _BYLINE.fullmatch(line)
    if match is None or (_END.search(line) and not line.endswith(".")):
        return []
    names = clean_authors([match["names"]])
    return names if names and all(is_name(name) for name in names) else []


def _wrapped_at(lines: list[str]) -> int:
    """Return the width at which a text is wrapped, 0 when each line is a paragraph."""
    width = max(map(len, lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    pairs = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if len(pairs) < 2:
        return 0
    early = sum(_early(line, after, width) for line, after in pairs)
    open_ends = sum(not _END.search(line) for line, _ in pairs)
    return width if early <= 0.4 * len(pairs) and open_ends >= 0.4 * len(pairs) else 0


def _early(line: str, after: str, width: int) -> bool:
    """Tell whether the next word would have fitted, with some room for a ragged edge."""
    word = 1 if _CJK.search(line) else len(after.split(None, 1)[0])
    return len(line) + 1 + word <= width - max(2, width // 12)


def _unwrap(lines: list[str], width: int) -> list[str]:
    joined: list[str] = []
    fresh = True
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if not line.strip():
            fresh = True
            continue
        if fresh or line[0] in " \t" or not joined:
            joined.append(line)
        else:
            glue = "" if _CJK.search(line) and _CJK.search(joined[-1]) else " "
            joined[-1] += glue + line.strip()
        fresh = bool(after.strip()) and _early(line, after, width)
    return joined
