"""Read the type of a name off the words beside it."""

import re
from typing import Final

from transforms.article.names.labels import GPE, LOC, ORG, PERSON
from transforms.article.names.page import Name, Page
from transforms.article.names.readings import OPEN, relabelled
from transforms.article.names.titles import follows_title

#: Characters on either side that are looked at.
REACH: Final = 40

_PLACE_BEFORE: Final = re.compile(
    r"(?:\b(?:city|cities|towns?|villages?|municipality|province|district|suburb|township|hamlet|commune) of"
    r"|\bcapital(?: city)?|\b(?:port|border|coastal|northern|southern|eastern|western|central) (?:city|town)"
    r"|\b(?:ville|commune|village|province) de|\bcapitale,?) $"
)
#: The last characters before a name that a place can be announced with; others are not looked at.
_ANNOUNCES: Final = (" of ", "city ", "town ", "capital ", " de ", "capitale ", "capitale, ")
_PLACE_AFTER: Final = re.compile(r" (?:province|district|county|prefecture|municipality|governorate|oblast)\b")
_REGION_AFTER: Final = re.compile(
    r" (?:region|desert|peninsula|valley|basin|plateau|mountains|archipelago|islands?|river|strait)\b"
)
#: A speaker after closing quotes, an age or a birth between commas or brackets.
_QUOTED_BEFORE: Final = re.compile(r"[,.?!][\"”’»] ")
_SPEAKS_AFTER: Final = re.compile(r" (?:said|says|added|told|continued|wrote|explained|recalled|replied|tweeted)\b")
_AGED_AFTER: Final = re.compile(r", (?:1\d|[2-9]\d),|,? \((?:born|b\.|née|1\d|[2-9]\d)(?: |\))")
_OFFICE_AFTER: Final = re.compile(r" (?:[Mm]inist(?:er|ry|ers|ries)|[Ss]ecretar(?:y|ies)|[Pp]ortfolio)\b(?!-)")


def read_contexts(page: Page) -> Page:
    """Retype a name by the words beside one of its mentions, everywhere it stands.

    PERSON after a title or rank, before an age, or as the speaker after a quotation; GPE after `the city of` or
    `the capital`; LOC before `region` or `river`. Where two mentions disagree, each keeps its own.
    Drops the portfolio in `Defence Minister`: a single word before an office is not an organisation of its own.
    """
    names = [name for name in page.names if not _is_portfolio(page, name)]
    read = [_label(page, name) for name in names]
    return relabelled(page, names, read)


def _label(page: Page, name: Name) -> str:
    """Return the label that the words beside the name ask for, `""` when they say nothing."""
    if name.label not in OPEN:
        return ""
    before, after = _around(page, name)
    if follows_title(before) or _AGED_AFTER.match(after) or _is_speaker(page.surface(name), before, after):
        return PERSON
    if (before.endswith(_ANNOUNCES) and _PLACE_BEFORE.search(before)) or _PLACE_AFTER.match(after):
        return GPE
    return LOC if _REGION_AFTER.match(after) else ""


def _is_speaker(surface: str, before: str, after: str) -> bool:
    """Tell whether one word stands between a quotation and `said`."""
    spoken = _SPEAKS_AFTER.match(after) and _QUOTED_BEFORE.fullmatch(before[-3:])
    return bool(spoken) and surface.istitle() and surface.isalpha()


def _is_portfolio(page: Page, name: Name) -> bool:
    surface = page.surface(name)
    is_word = name.label == ORG and surface.isalpha() and surface.istitle()
    return is_word and bool(_OFFICE_AFTER.match(_around(page, name)[1]))


def _around(page: Page, name: Name) -> tuple[str, str]:
    """Return what stands before and after the name on its line."""
    before = page.text[max(0, name.start - REACH) : name.start].rpartition("\n")[2]
    return before, page.text[name.end : name.end + REACH].partition("\n")[0]
