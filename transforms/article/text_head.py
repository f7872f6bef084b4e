"""What a plain text says of itself above its first paragraph: header lines, headline, by-line, date."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from transforms.article.authors import clean_authors
from transforms.article.byline import read_byline
from transforms.article.date_lines import DateLine, date_line
from transforms.article.dates import Claim, Published, choose_published
from transforms.article.decode import fold
from transforms.article.header_lines import read_header
from transforms.article.language_code import language_code
from transforms.article.metadata import Metadata
from transforms.article.own_url import usable_url
from transforms.article.plain_text import find_title, heading_of

_NEAR: Final = 6  # lines below the header in which by-line and date stand
_LIST = re.compile(r"\s*[,;|，、]\s*")


class TextHead(NamedTuple):
    """A plain text taken apart."""

    metadata: Metadata
    lines: list[str]  # all of them, headings without their marks
    taken: dict[int, str]  # positions of the lines that are facts and no text → a rule's name


def read_head(paragraphs: list[str], now: datetime) -> TextHead:
    """Read the facts above the text; `now` is when it was read, in UTC.

    Only what is plainly there: a block of `Title: …` lines, a headline on the first line, a by-line or a date alone on
    one of the first lines. Lines that hold nothing but a fact are named in `taken`; headline and by-line are not, since
    whoever strips lines knows them.
    """
    facts, count = read_header(paragraphs)
    taken = dict.fromkeys(range(count), "header")
    rest = paragraphs[count:]
    title = fold(" ".join(facts.get("title", [])[:1]))[:300]
    start = next((place for place, line in enumerate(rest[:_NEAR]) if not _is_fact(line)), 0)
    title = title or find_title(rest[start:]) or (find_title(rest) if start else "")
    names = facts.get("author", [])
    published, modified = ([_words(raw) for raw in facts.get(key, [])] for key in ("published", "modified"))
    for place, line in enumerate(rest[:_NEAR]):
        byline, date = read_byline(line), date_line(line)
        if byline.plain or place:
            names = names or byline.names
        if date is not None:
            taken[count + place] = "header.date"
        for found in filter(None, (byline.date, date)):
            (modified if found.updated else published).append(found)
    metadata = Metadata(
        title=title,
        description=fold(" ".join(facts.get("description", []))),
        authors=tuple(clean_authors([name for value in names for name in _names(value)])),
        section=fold(" ".join(facts.get("section", [])[:1]))[:100],
        tags=tuple(tag for value in facts.get("tags", []) for tag in _LIST.split(value.strip("[]")) if tag)[:50],
        canonical_url=next(filter(None, map(usable_url, facts.get("url", []))), ""),
        language=next(filter(None, map(language_code, facts.get("language", []))), ""),
        published=_choose(published, now),
        modified=_choose(modified, now),
    )
    return TextHead(metadata, [heading_of(line) for line in paragraphs], taken)


def _is_fact(line: str) -> bool:
    byline = read_byline(line)
    return date_line(line) is not None or (bool(byline.names) and byline.plain)


def _names(value: str) -> Iterator[str]:
    """Split the value of `Author:`; a by-line's own reading goes first."""
    yield from read_byline(f"By {value}").names or [value.strip("[]")]


def _words(raw: str) -> DateLine:
    found = date_line(raw)
    return DateLine(found.words if found else raw, raw, False)


def _choose(lines: list[DateLine], now: datetime) -> Published:
    chosen = choose_published([Claim(line.words, "text") for line in lines], now, None)
    return chosen._replace(raw=next((line.raw for line in lines if line.words == chosen.raw), chosen.raw))
