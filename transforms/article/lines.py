"""Take out what is no part of the article's text, whatever kind of input the lines came from."""

import re
from hashlib import blake2b
from typing import Final, NamedTuple

from schemas.records import Removed
from transforms.article.boilerplate import LineMarks, bare_line, letters, take_by_rules, take_links, take_separators
from transforms.article.dateline import is_place, place_of, split_dateline
from transforms.article.extract import Extracted
from transforms.article.plain_text import byline_of
from transforms.article.rules import Rule, matching_rules

LONGEST_LEARNED: Final = 400  # characters of a line that may be learned
_LONGEST_TITLE: Final = 400
_DIGIT = re.compile(r"\d")
_END_CREDIT = re.compile(
    r"\s*\((?:additional )?(?:reporting|writing|editing|compiled|with (?:inputs?|files|reporting))\b[^()]{4,400}\)\s*$",
    re.IGNORECASE,
)


class Stripped(NamedTuple):
    """The text without its boilerplate."""

    lines: list[str]
    removed: list[Removed]
    dateline: str
    credits: str
    title: str


def strip_lines(extracted: Extracted, domain: str = "", learned: frozenset[bytes] = frozenset()) -> Stripped:
    """Take out title line, dateline, credits and boilerplate lines.

    `domain` lets rules for one publisher apply; `learned` holds the hashes (`line_hash`) of lines that recur there.
    What was taken stands in `removed` with its rule and its place in `extracted.lines`, so nothing is lost.
    """
    marks = LineMarks(extracted.lines, extracted.links, domain)
    _take_title(marks, extracted)
    _take_learned(marks, learned)
    take_by_rules(marks)
    take_links(marks)
    dateline = _take_dateline(marks)
    _take_byline(marks)
    take_separators(marks)
    credits_ = [marks.bare[position] for position in sorted(marks.rules) if marks.rules[position].startswith("credit.")]
    credits_ += _cut_end_credit(marks)
    lines = [marks.lines[position] for position in marks.kept()]
    return Stripped(lines, marks.removed(), dateline, "; ".join(dict.fromkeys(credits_)), extracted.title)


def line_hash(line: str) -> bytes:
    """Hash a line to 8 bytes that stay the same on every machine; all digits count as one."""
    return blake2b(_DIGIT.sub("0", " ".join(line.split())).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def rules_for(line: str, domain: str = "") -> list[Rule]:
    """List the built-in rules that would take a line in the right place."""
    return matching_rules(bare_line(line), domain)


def _take_learned(marks: LineMarks, learned: frozenset[bytes]) -> None:
    for position, line in enumerate(marks.lines) if learned else ():
        if len(line) <= LONGEST_LEARNED and line_hash(line) in learned:
            marks.take(position, "learned")


def _take_title(marks: LineMarks, extracted: Extracted) -> None:
    """Take the headline where it stands again at the top, in any of the forms in which the page gives it."""
    names = {letters(name) for name in (extracted.title, *extracted.headlines)} - {""}
    for position in marks.kept(3):
        line = marks.lines[position]
        if len(line) <= _LONGEST_TITLE and any(_same_title(letters(line), name) for name in names):
            marks.take(position, "title")


def _same_title(line: str, title: str) -> bool:
    """Tell whether the letters of a line are those of a headline, perhaps with a short kicker before or behind it."""
    if line == title:
        return True
    short, long = sorted((line, title), key=len)
    return len(short) >= 15 and len(short) >= 0.6 * len(long) and (long.endswith(short) or long.startswith(short))


def _take_dateline(marks: LineMarks) -> str:
    """Take the place alone on the first line, or the prefix of one of the first two paragraphs."""
    kept = marks.kept(2)
    if len(kept) > 1 and is_place(marks.lines[kept[0]]):
        marks.take(kept[0], "dateline")
        return place_of(marks.lines[kept[0]])
    for position in kept:
        found = split_dateline(marks.lines[position])
        if found is not None:
            marks.cut(position, 0, found.length, "dateline")
            return found.place
    return ""


def _take_byline(marks: LineMarks) -> None:
    for position in marks.kept(3):
        if byline_of(marks.bare[position]):
            marks.take(position, "credit.byline")


def _cut_end_credit(marks: LineMarks) -> list[str]:
    """Cut a credit in brackets off the end of the last paragraph."""
    kept = marks.kept()
    match = _END_CREDIT.search(marks.lines[kept[-1]][-600:]) if kept else None
    if match is None or not match.start():
        return []
    stop = len(marks.lines[kept[-1]])
    marks.cut(kept[-1], stop - len(match[0]), stop, "credit.reporting-by")
    return [bare_line(match[0].strip())]
