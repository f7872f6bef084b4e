"""What readers see below the headline of a page: by-lines that name the authors and nothing else."""

import re
from typing import Final, NamedTuple

from transforms.article.byline import byline_of
from transforms.article.page_facts import PageFacts

_NEAR: Final = 12  # lines below the headline in which the by-line stands
_DEEP: Final = 600  # lines of a page that are looked at
_MOST: Final = 3  # places where the headline may stand
_LONG: Final = 20  # letters of a headline that may have a kicker before it
_FOLDED = re.compile(r"[\W_]+")


class Shown(NamedTuple):
    """What a page shows, from its top."""

    lines: list[str]
    starts: list[int]  # the first places just below a line that is the headline


def seen_authors(shown: Shown) -> list[str]:
    """List the authors of the first by-line below the headline, nothing where the page does not show its headline."""
    near = (line for start in shown.starts for line in shown.lines[start : start + _NEAR])
    return next((found for line in near if (found := byline_of(line))), [])


def read_shown(facts: PageFacts, headlines: tuple[str, ...]) -> Shown:
    """Read the lines of a page, and find those that are its headline."""
    names = tuple({_FOLDED.sub("", name).casefold() for name in headlines} - {""})
    lines = [line.removeprefix("- ") for line in facts.lines()[:_DEEP]]
    starts = [place + 1 for place, line in enumerate(lines) if _is_headline(_FOLDED.sub("", line).casefold(), names)]
    return Shown(lines, starts[:_MOST])


def _is_headline(letters: str, names: tuple[str, ...]) -> bool:
    """Tell a line that is a headline of the page, perhaps with a kicker before it."""
    return letters in names or any(
        len(name) >= _LONG and letters.endswith(name) and len(letters) <= 2 * len(name) for name in names
    )
