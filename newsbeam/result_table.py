"""Show the rows of a query to a person: a table as wide as the terminal, or a value a line where that is too narrow."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

#: Columns are cut to no less than this many characters; where not even that fits, every value has a line of its own.
_LEAST: Final = 8
_NULL: Final = "NULL"
_MARKS: Final = str.maketrans({"\n": "⏎", "\t": " ", "\r": ""})

#: What moves a terminal's cursor, or turns the direction of what follows.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Row = Sequence[str | None]


def result_table(names: Sequence[str], numeric: Sequence[bool], rows: Sequence[Row], width: int) -> Iterator[str]:
    """Yield the lines of a table that is at most `width` characters wide; numbers stand on the right.

    Values that do not fit are cut, and end with an ellipsis. One row that does not fit, and rows of too many columns,
    come as records: a value a line, whole.
    """
    widths = [max(map(_width, [name, *(_line(row[place]) for row in rows)])) for place, name in enumerate(names)]
    room = width - 3 * len(names) - 1
    if sum(widths) > room:
        if len(rows) == 1 or sum(min(one, _LEAST) for one in widths) > room:
            yield from _records(names, rows, width)
            return
        widths = _narrowed(widths, room)
    yield _rule(widths, "┌┬┐")
    yield _cells([_fit(name, one, False) for name, one in zip(names, widths, strict=True)])
    yield _rule(widths, "├┼┤")
    for row in rows:
        yield _cells([_fit(_line(v), w, right) for v, w, right in zip(row, widths, numeric, strict=True)])
    yield _rule(widths, "└┴┘")


def _records(names: Sequence[str], rows: Sequence[Row], width: int) -> Iterator[str]:
    indent = min(max(map(_width, names)), max(width // 3, _LEAST))
    for number, row in enumerate(rows, 1):
        yield f"── {number} ".ljust(width, "─")
        for name, value in zip(names, row, strict=True):
            lines = [
                part for line in _safe(value).split("\n") for part in _folded(line, max(width - indent - 3, _LEAST))
            ]
            yield f"{_fit(name, indent, True)} │ {lines[0]}".rstrip()
            for line in lines[1:]:
                yield f"{' ' * indent} │ {line}".rstrip()


def _narrowed(widths: list[int], room: int) -> list[int]:
    """Take from the widest columns until all fit."""
    cut = list(widths)
    while (over := sum(cut) - room) > 0:
        widest = max(cut)
        which = [place for place, one in enumerate(cut) if one == widest]
        second = max((one for one in cut if one < widest), default=_LEAST)
        less = max(1, min(widest - max(second, _LEAST), -(-over // len(which))))
        for place in which[: max(1, -(-over // less))]:
            cut[place] -= less
    return cut


def _rule(widths: Sequence[int], corners: str) -> str:
    return corners[0] + corners[1].join("─" * (one + 2) for one in widths) + corners[2]


def _cells(cells: Sequence[str]) -> str:
    return "│ " + " │ ".join(cells) + " │"


def _line(value: str | None) -> str:
    return _safe(value).translate(_MARKS)


def _safe(value: str | None) -> str:
    """Return a value that can do nothing to a terminal but be shown."""
    return (
        _NULL if value is None else _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", value.replace("\r\n", "\n"))
    )


def _fit(text: str, width: int, right: bool) -> str:
    """Cut or fill a text to just this width."""
    if _width(text) > width:
        text = next(_folded(text, width - 1)) + "…"
    fill = " " * (width - _width(text))
    return fill + text if right else text + fill


def _folded(text: str, width: int) -> Iterator[str]:
    """Cut a text into pieces that are no wider, between words where that loses little."""
    while True:
        end = used = 0
        while end < len(text) and (used := used + _width_of(text[end])) <= width:
            end += 1
        if end == len(text):
            break
        end = max(end, 1)
        space = text.rfind(" ", end * 2 // 3, end + 1)
        yield text[:end] if space < 0 else text[:space]
        text = text[end:] if space < 0 else text[space + 1 :]
    yield text


def _width(text: str) -> int:
    """Count the columns of a terminal that a text takes."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


def _width_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
