"""Find known surfaces in a text, word by word, in one pass."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from transforms.article.names.page import Page
from transforms.article.names.titles import follows_title

_WORD: Final = re.compile(r"\w+")

_CAPITALISED_BEFORE: Final = re.compile(r"[^.!?:;\"“”]\s(?:[A-Z]\w+|[A-Z]\.?)[ -]$")
_CAPITALISED_AFTER: Final = re.compile(r"[ -][^\W\d_a-z]")

#: Characters before a place that are looked at.
REACH: Final = 40

Lexicon = dict[str, list[str]]


class Found(NamedTuple):
    """A known surface at `text[start:end]`."""

    start: int
    end: int
    surface: str


def make_lexicon(surfaces: Mapping[str, object]) -> Lexicon:
    """Order surfaces by their first word, the longest first; one that starts with no word character is left out."""
    lexicon: Lexicon = {}
    for surface in sorted(surfaces, key=lambda surface: (-len(surface), surface)):
        first = _WORD.match(surface)
        if first:
            lexicon.setdefault(first.group(), []).append(surface)
    return lexicon


@lru_cache(maxsize=2)
def count_words(text: str) -> Counter[str]:
    """Count the words of a text as they are written; several steps ask for those of one text."""
    return Counter(_WORD.findall(text))


def scan(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Yield each place where a surface stands by itself, the longest at each place, without overlaps."""
    position = 0
    known = (surface for first in lexicon.keys() & count_words(text).keys() for surface in lexicon[first])
    for start, _, surface in sorted(place for name in known for place in _places(text, name)):
        if start >= position:
            position = start + len(surface)
            yield Found(start, position, surface)


def _places(text: str, surface: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, -length, surface) of each place where a surface stands by itself: the longest sorts first."""
    start = text.find(surface)
    while start >= 0:
        if _stands_alone(text, start, start + len(surface)):
            yield start, -len(surface), surface
        start = text.find(surface, start + 1)


def is_free(page: Page, starts: list[int], found: Found) -> bool:
    """Tell whether no name of the page overlaps the place; `starts` are the names' first characters."""
    at = bisect_right(starts, found.start)
    if at and page.names[at - 1].end > found.start:
        return False
    return at == len(starts) or starts[at] >= found.end


def is_whole(text: str, found: Found) -> bool:
    """Tell whether no other word in capitals touches the place, as in `South America` or `Niger Delta`.

    The first word of a sentence does not count, nor does a title before a person's name.
    """
    before = text[max(0, found.start - REACH) : found.start].rpartition("\n")[2]
    if _CAPITALISED_AFTER.match(text, found.end):
        return False
    return not _CAPITALISED_BEFORE.search(before) or follows_title(before)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is not part of a longer word, an address or a tag."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 2]
    if before and (before.isalnum() or before in "_-@#/.&"):
        return False
    return not after or not (
        after[0].isalnum() or after[0] in "_-@/&+" or (after[0] == "." and (after[1:].isalnum() or after[1:] == "-"))
    )
