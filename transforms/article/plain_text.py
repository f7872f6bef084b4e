"""Plain text: paragraphs of any layout, the headline and the by-line where they are plainly there.

Text comes with one paragraph a line, with paragraphs between empty lines, or wrapped at a fixed width with or without
empty lines. A text is wrapped when its lines are nearly always as long as the next word allows.
"""

import re
from itertools import pairwise
from typing import Final

from transforms.article.byline import byline_of as byline_of
from transforms.article.byline import read_byline
from transforms.article.dateline import is_place, split_dateline
from transforms.article.decode import clean_controls, fold
from transforms.article.header_lines import header_line

_WIDEST: Final = 130  # characters; nobody wraps text wider
_NARROWEST: Final = 35
_LONGEST_HEADING: Final = 300
_END = re.compile(r"[.!?…:。！？।؟\"'”’»)\]]$")
_NO_TITLE_END = re.compile(r"[.,;:…。、，；]$|[.!?]['\"”’»]$")
_EMPTY = re.compile(r"\n\s*\n")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # scripts without spaces that news is wrapped in
_BULLET = re.compile(r"\s*(?:[-*+•▪●‣–—]|\d{1,2}[.)])\s+\S")
_HYPHEN = re.compile(r"[^\W\d_][-‐]$")
_SUSPENDED = re.compile(r"(?:and|or|und|oder|bzw|et|ou|y|o|e|och|og|en|of|to)\b")
_QUOTED = re.compile(r"^(?:>\s?)+")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_PICTURE = re.compile(
    r"(?:photo|picture|image|illustration|graphic|video|foto|bild|grafik|imagen)\w{0,8}(?::| by | von | par )", re.I
)
_MARK = re.compile(r"#{1,6}\s+\S")
_HEADING = re.compile(r"#{1,6}\s+(?P<hash>\S.*?)\s*#*|\*\*(?P<stars>[^*]{2,200})\*\*|__(?P<bars>[^_]{2,200})__")


def read_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs, each one line, none empty."""
    lines = [line.rstrip() for line in _EMPTY.sub("\n\n", clean_controls(text)).split("\n")]
    lines = _without_underlines(_without_quotes(lines))
    width = _wrapped_at(lines)
    if width:
        lines = _unwrap(lines, width)
    return [paragraph for paragraph in map(fold, lines) if paragraph]


def find_title(paragraphs: list[str]) -> str:
    """Return the headline when the first paragraph plainly is one, else "".

    It is short, ends like no sentence, is no place, and something longer follows it. A line that a mark (`#`, `**`) or
    `Title:` calls a heading may be shorter.
    """
    if len(paragraphs) < 2:
        return ""
    found = header_line(paragraphs[0])
    first = found[1] if found is not None and found[0] == "title" else heading_of(paragraphs[0])
    marked = first != paragraphs[0]
    words = len(_CJK.findall(first)) / 2 or len(first.split())
    if not (1 if marked else 3) <= words <= 30 or len(first) > 180 or _NO_TITLE_END.search(first):
        return ""
    if not marked and (is_place(first) or split_dateline(first) is not None or _is_credit(first)):
        return ""
    longest = max(len(paragraph) for paragraph in paragraphs[1:8])
    return first if longest >= max(60, 1.2 * len(first)) else ""


def _is_credit(line: str) -> bool:
    byline = read_byline(line)
    return (bool(byline.names) and byline.plain) or _PICTURE.match(line) is not None


def heading_of(line: str) -> str:
    """Strip the marks of a heading in Markdown (`#`, `**`, `__`) from a line; any other line stays as it is."""
    match = _HEADING.fullmatch(line) if line[:1] in "#*_" and len(line) <= _LONGEST_HEADING else None
    return (match["hash"] or match["stars"] or match["bars"]).strip() if match else line


def _wrapped_at(lines: list[str]) -> int:
    """Return the width at which a text is wrapped, 0 when each line is a paragraph."""
    width = max(map(len, lines), default=0)
    narrowest = _NARROWEST // 2 if any(map(_CJK.search, lines[:20])) else _NARROWEST
    if not narrowest <= width <= _WIDEST:
        return 0
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if line.strip() and after.strip() and not _BULLET.match(after) and header_line(after) is None
    ]
    if len(pairs) == 1:
        return width if not _END.search(pairs[0][0]) and pairs[0][1].lstrip(" \t>")[0].islower() else 0
    early = sum(_early(line, after, width) for line, after in pairs)
    open_ends = sum(not _END.search(line) for line, _ in pairs)
    return width if pairs and early <= 0.4 * len(pairs) and open_ends >= 0.4 * len(pairs) else 0


def _early(line: str, after: str, width: int) -> bool:
    """Tell whether the next word would have fitted, with some room for a ragged edge."""
    word = 1 if _CJK.search(line) else len(after.split(None, 1)[0])
    return len(line) + 1 + word <= width - max(2, width // 12)


def _unwrap(lines: list[str], width: int) -> list[str]:
    """Join the lines of each paragraph; an indented line opens one, except below a list mark, which it goes on."""
    paragraphs: list[list[str]] = []
    fresh = True
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if not line.strip():
            fresh = True
            continue
        item = bool(_BULLET.match(line)) or bool(_MARK.match(line)) or header_line(line) is not None
        indented = line[0] in " \t" and not (paragraphs and _BULLET.match(paragraphs[-1][0]))
        if fresh or item or indented or not paragraphs:
            paragraphs.append([line])
        else:
            pieces = paragraphs[-1]
            pieces += [_glue(pieces[-1], line.strip()), line.strip()]
        goes_on = not _END.search(line) and after.strip()[:1].islower()
        below_mark = _BULLET.match(paragraphs[-1][0]) is not None and after[:1] in " \t"
        fresh = bool(after.strip()) and _early(line, after, width) and not (goes_on or below_mark)
    return ["".join(pieces) for pieces in paragraphs]


def _glue(before: str, after: str) -> str:
    """Tell what goes between two lines of a paragraph: nothing within a word or between ideographs, else a space."""
    if before.endswith("\u00ad") or (_CJK.search(before[-1]) and _CJK.search(after[0])):
        return ""
    hyphen = _HYPHEN.search(before) and after[0].islower() and not _SUSPENDED.match(after)
    return "" if hyphen else " "


def _without_quotes(lines: list[str]) -> list[str]:
    """Strip the marks of quoted mail where whole blocks carry them."""
    quoted = sum(line.startswith(">") for line in lines)
    return [_QUOTED.sub("", line) for line in lines] if quoted >= 2 else lines


def _without_underlines(lines: list[str]) -> list[str]:
    """Drop the line of `===` or `---` that underlines a heading."""
    return [
        line
        for before, line in pairwise(["", *lines])
        if not (
            _UNDERLINE.fullmatch(line) and before.strip() and abs(len(before) - len(line)) <= max(3, len(before) // 4)
        )
    ]
