"""Set the ends of a name where the name ends."""

import re
from typing import Final

from transforms.article.names.labels import DATE, PERSON
from transforms.article.names.page import Name, Page

_ARTICLES: Final = {
    "en": re.compile(r"(?:the|a|an)\s+", re.IGNORECASE),
    "fr": re.compile(r"(?:le|la|les|un|une|des|du|de|au|aux)\s+|[ld]['’]\s*", re.IGNORECASE),
}
_TITLES: Final = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sen|Gov|Gen|Col|Capt|Lt|Sgt|Maj|Rep|Rev|Fr|Sir|Dame|Lord|Lady|M|Mme|Mlle)\.? "
    r"|(?:(?:Vice|Deputy|Prime|Foreign|Defen[cs]e|Brigadier|Major|Lieutenant|Attorney) )*"
    r"(?:President|Minister|Chancellor|Senator|Governor|General|Colonel|Lieutenant|Captain|Major|Sergeant|Brigadier"
    r"|Admiral|Marshal|Congress(?:man|woman)|Ambassador|Professor|Archbishop|Bishop|Cardinal|Pope|Judge|Justice|Sheriff"
    r"|Doctor|Representative|Secretary|Coach|Mayor) )+(?=[A-Z])"
)
_OPENING: Final = "\"“”„«»‘’'`´*_~|#@<>([{.,:;!?/\\=+·•–—-"
_CLOSING: Final = "\"“”„«»‘’'`´*_~|#@<>([{,:;!?/\\=+·•–—&-"
_ENDINGS: Final = ("'s", "’s", " and", " et")
#: Words that keep the full stop they end in, as `U.S.` and initials do.
_ABBREVIATED: Final = re.compile(r"(?:^|\s)(?:\w\.|\S*\.\S*\.|(?:Bros|Co|Corp|Dr|Inc|Jr|Ltd|Mr|Mrs|Sr|St)\.)$")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:\n])[\s\"“”‘’'«(]*$")


def trim_boundaries(page: Page) -> Page:
    """Take articles, titles, possessive endings, quotes and unpaired brackets off the ends of every name.

    An article in capitals within a sentence is part of the name: `in The Hague`, but `The French` at its start.
    """
    return page.with_names(_trimmed(page, name) for name in page.names)


def _trimmed(page: Page, name: Name) -> Name:
    start, end = name.start, name.end
    while start < end:
        surface = page.text[start:end]
        cut_start, cut_end = _opening(page, start, end, name.label), _closing(surface)
        if not cut_start and not cut_end:
            break
        start, end = start + cut_start, max(start + cut_start, end - cut_end)
    return name if (start, end) == (name.start, name.end) else name._replace(start=start, end=end)


def _opening(page: Page, start: int, end: int, label: str) -> int:
    """Count the characters at the start that are not part of the name."""
    surface = page.text[start:end]
    marks = len(surface) - len(surface.lstrip().lstrip(_OPENING))
    if marks:
        return marks
    if label == DATE:
        return 0
    article = _ARTICLES.get(page.language, _ARTICLES["en"]).match(surface)
    if article and article.end() < len(surface) and _is_outside(page.text, start):
        return article.end()
    title = _TITLES.match(surface) if label == PERSON else None
    return title.end() if title else 0


def _is_outside(text: str, start: int) -> bool:
    """Tell whether an article at `start` does not belong to the name: in lower case, or first in its sentence."""
    return text[start].islower() or bool(_SENTENCE_START.search(text[max(0, start - 10) : start]))


def _closing(surface: str) -> int:
    """Count the characters at the end that are not part of the name."""
    if surface[-1].isalnum() and not surface.endswith(_ENDINGS):
        return 0
    stripped = surface.rstrip().rstrip(_CLOSING)
    if len(stripped) < len(surface):
        return len(surface) - len(stripped)
    for ending in _ENDINGS:
        if surface.endswith(ending):
            return len(ending)
    for bracket, partner in (")(", "][", "}{"):
        if surface.endswith(bracket) and surface.count(bracket) > surface.count(partner):
            return 1
    return int(surface.endswith(".") and not _ABBREVIATED.search(surface))
