"""A by-line: a line that names the authors, with what may stand beside them, and says nothing else."""

import re
from typing import Final, NamedTuple

from transforms.article.authors import clean_authors, is_full_name, is_office
from transforms.article.date_lines import DateLine, date_line
from transforms.article.dateline import is_place

_LONGEST: Final = 140  # characters of a by-line
_BY = re.compile(
    r"(?:(?:(?:words|written|story|reported|report|text|posted|article) )?by|"
    r"(?:(?:ein|eine|einen)\s+(?:kommentar|analyse|gastbeitrag|essay|bericht|reportage|interview|kolumne)\s+)?von|"
    r"(?:propos recueillis )?par|por|di|door|av|af|od|autor(?:in|es|a)?:|auteurs?\s?:|autore:|authors?:|text[eo]?\s?:|"
    r"tekst:|автор[ыи]?:|reporter:|written by:|by:|von:|par :|por:)\s+",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"[（(]?(?:本[报報社刊]|.{2,6}[网報报社])?(?:[记記]者|作者|文|撰文)\s?[:：/／\s]\s?"
    r"(?P<names>[\u4e00-\u9fff]{2,4}(?:[、，\s]+[\u4e00-\u9fff]{2,4}){0,4})[）)]?"
)
_PARTS = re.compile(r"\s*[|•·;]\s*|\s+[–—-]\s+|,\s+|\s*\n\s*")
_JOINED = re.compile(r"\s*/\s*")
_IN = re.compile(r"\s+(?:in|aus|à|en|a|i|reporting from|in:|из|в|w|te|da)\s+(?P<place>[^\W\d_].{1,40})$")
_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")
_SENTENCE = re.compile(r"[.!?…:。！？।؟\"”»]$")


class Byline(NamedTuple):
    """What a by-line says."""

    names: list[str]  # none when it is no by-line
    date: DateLine | None = None  # that stands behind the names
    plain: bool = True  # more than a name and a place says so, which a headline may have as well (`Jane Roe in Paris`)


def byline_of(line: str) -> list[str]:
    """List the names in a line that is a by-line and nothing else, else nothing."""
    return read_byline(line).names


def read_byline(line: str) -> Byline:
    """Read a line that is a by-line and nothing else.

    `By Jane Roe and John Doe`, `By Jane Roe, Example News`, `JANE ROE | Staff Writer`, `Jane Roe in Paris`,
    `By Jane Roe, 3 May 2026`. Without "by" there must be an office or a known place behind the name.
    """
    line = line.strip(" *_\t")
    if len(line) > _LONGEST or (_SENTENCE.search(line) and not line.endswith(".")):
        return Byline([])
    match = _CHINESE.fullmatch(line)
    if match:
        return Byline(re.split(r"[、，\s]+", match["names"]))
    by = _BY.match(line)
    rest, date = _date_behind(line[by.end() :] if by else line)
    names, offices, places = _read(rest)
    if not names or not (by or offices or places or date) or (":" in rest and not by):
        return Byline([])
    return Byline(clean_authors(names), date, bool(by or offices or date))


def _date_behind(text: str) -> tuple[str, DateLine | None]:
    """Cut a date off the end: `Jane Roe, 3 May 2026` → `Jane Roe`."""
    for match in _PARTS.finditer(text):
        date = date_line(text[match.end() :])
        if date is not None:
            return text[: match.start()], date
    return text, None


def _read(text: str) -> tuple[list[str], int, int]:
    """Read names and count the offices and places beside them; no names when there is a part that is neither."""
    names: list[str] = []
    offices = places = 0
    for part in filter(None, _PARTS.split(text)):
        bare = _BRACKETS.sub("", part).strip(" ,.")
        offices += is_office(part[len(bare) :].strip(" ()")) if bare != part.strip(" ,.") else 0
        placed = _without_place(bare)
        bare, places = placed, places + (placed != bare)
        if names and (is_office(bare) or is_place(bare)):
            offices += is_office(bare)
            continue
        people = [_without_place(name) for piece in _JOINED.split(bare) for name in clean_authors([piece])]
        if not people or not all(is_full_name(name) and not is_office(name) for name in people):
            return [], 0, 0
        names += people
    return names, offices, places


def _without_place(text: str) -> str:
    """Cut a known place off the end: `Jane Roe in Paris` → `Jane Roe`."""
    where = _IN.search(text)
    return text[: where.start()] if where and is_place(where["place"]) else text
