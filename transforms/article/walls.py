"""Pages that stand in the place of an article.

Bot challenges, consent walls, paywall stubs, lists of links, and pages that say that there is no page, want a log-in,
another browser or the reader's age, or sell the domain.

Every test asks for several signs at once, since a real article must never be refused.
"""

import re
from collections.abc import Callable
from typing import Final

from schemas.records import Refusal
from transforms.article.metadata import Metadata
from transforms.article.wall_signs import Wall, read_walls

_LONG: Final = 1_500  # characters; no wall has as much running text
_STUB: Final = 300  # characters; a page that says it is not free and shows less is a stub
_ENOUGH: Final = 3  # signs in the text of a page whose title says nothing
_LAST: Final = 4  # lines at the end of a stub that ask for a subscription
_SENTENCE: Final = 80  # characters of a sentence that is no teaser
_ORDER: Final = ("not_found", "old_browser", "age_gate", "log_in", "parked")
_FOLDED = re.compile(r"[\W_]+")


def find_wall(lines: list[str], page: Callable[[], str], metadata: Metadata, links: frozenset[str]) -> Refusal | None:
    """Name the wall a page is, None for an article.

    `lines` is what was extracted (perhaps nothing), `page` gives all visible text of the page and is asked for short
    ones only, `links` are the folded texts of its links.
    """
    length = sum(map(len, lines))
    dated = metadata.is_article and metadata.published.at is not None
    if dated and length > _STUB and metadata.is_free is not False:
        return None
    text = "\n".join(lines)
    if length < _LONG and not (dated and length > _STUB):
        wall = _short_wall(text, page(), metadata)
        if wall is not None:
            return wall
    if _is_stub(lines, length, metadata):
        return Refusal("paywall", f"only the beginning is free: it shows {length} characters")
    if _is_index(lines, metadata, links):
        return Refusal("index_page", "most of the text is links to other pages")
    return None


def _short_wall(text: str, page: str, metadata: Metadata) -> Refusal | None:
    titles = (metadata.title, *metadata.headlines)
    small = page if len(page) < 3 * _LONG else ""
    challenge = read_walls()["challenge"]
    if small:
        shown = challenge.shown(small)
        if challenge.is_titled(titles) and (len(text) < _STUB or shown):
            return _refusal(challenge, metadata.title)
        if len(text) < 2 * _STUB and shown >= 2:
            return _refusal(challenge, metadata.title)
    for name in _ORDER:
        if _is_plain_wall(read_walls()[name], text, small, metadata):
            return _refusal(read_walls()[name], metadata.title)
    if _is_consent(metadata.title, text or page):
        return Refusal("consent_wall", f"the page asks for consent: {metadata.title}"[:200])
    return None


def _is_plain_wall(wall: Wall, text: str, page: str, metadata: Metadata) -> bool:
    """Tell a page by its title and a sign beside it, or without such a title by three signs in a few lines of text."""
    if wall.is_titled((metadata.title, *metadata.headlines)):
        shown = max(wall.shown(text), wall.shown(page))
        return shown >= (1 if len(text) < 2 * _STUB else 2) or not text
    told = metadata.is_article or metadata.published.at is not None
    if told or len(text) >= _STUB or wall is read_walls()["log_in"]:
        return False
    prose = any(len(line) >= 2 * _SENTENCE and not wall.shown(line) for line in text.split("\n"))
    return not prose and wall.shown(text or page) >= _ENOUGH


def _refusal(wall: Wall, title: str) -> Refusal:
    return Refusal(wall.outcome, f"{wall.reason}: {title}"[:200] if title else wall.reason)


def _is_stub(lines: list[str], length: int, metadata: Metadata) -> bool:
    """Tell a stub: it says that it is not free and shows little, or its last lines ask for money in three ways."""
    if length >= 4 * _STUB or metadata.is_free is True:
        return False
    asks = read_walls()["paywall"].shown("\n".join(lines[-_LAST:]))
    if metadata.is_free is False:
        return length < _STUB or asks >= 1
    return length < 3 * _STUB and asks >= 3


def _is_consent(title: str, text: str) -> bool:
    """Tell a consent page: short, full of the words of consent, and with something to agree to or refuse."""
    consent = read_walls()["consent_wall"]
    named, asked = consent.signs
    if len(text) > 3 * _LONG or not asked.search(text):
        return False
    words = [word.lower() for word in named.findall(text)]
    density = len(words) / max(1, len(text.split()))
    if consent.is_titled((title,)):
        return len(set(words)) >= 2 and density > 0.02
    return len(set(words)) >= 4 and density > 0.05


def _is_index(lines: list[str], metadata: Metadata, links: frozenset[str]) -> bool:
    """Tell a list of links: no sign of an article, many lines, most of the text in links, no long line beside them.

    A page that calls itself a collection needs less of it. A sentence before the first link is an article, if small.
    """
    if metadata.is_article or len(lines) < 8:
        return False
    linked = [_FOLDED.sub("", line).casefold() in links for line in lines]
    share = sum(len(line) for line, link in zip(lines, linked, strict=True) if link) / sum(map(len, lines))
    if metadata.is_list:
        return sum(linked) >= 5 and share > 0.3
    first = linked.index(True) if True in linked else len(lines)
    if share <= 0.6 or any(len(line) >= _SENTENCE and line[-1] in ".!?…。" for line in lines[:first]):
        return False
    return max((len(line) for line, link in zip(lines, linked, strict=True) if not link), default=0) < 150
