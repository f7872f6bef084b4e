"""Read the type of a name off the place it is paired with."""

import re
from typing import Final

from transforms.article.capitals import CAPITALS
from transforms.article.countries import country_names
from transforms.article.names.labels import GPE, ORG
from transforms.article.names.page import Name, Page
from transforms.article.names.places import STATES

_AND: Final = (" and ", " or ", " et ", " ou ")
_IN: Final = re.compile(r"(?:^|[^\w-])(?:in|near|outside|en|à|dans) $", re.IGNORECASE)
_LONGER: Final = re.compile(r"[ -][^\W\d_a-z]|['’]s\b")


def read_pairs(page: Page) -> Page:
    """Make a GPE of an ORG of one word that stands beside a place in one phrase: `in Niamey and Lyon`.

    The place must be the dateline's, a country, a state of the USA or a capital, the phrase must open with `in` or the
    like, since `Israel and Hamas` are two other things.
    """
    found = {
        page.surface(other)
        for first, second in zip(page.names, page.names[1:], strict=False)
        if page.text[first.end : second.start] in _AND and _IN.search(page.text[max(0, first.start - 9) : first.start])
        for place, other in ((first, second), (second, first))
        if _may_be_city(page, other) and _is_place(page, place)
    }
    return page.with_names(
        name._replace(label=GPE) if name.label == ORG and page.surface(name) in found else name for name in page.names
    )


def _may_be_city(page: Page, name: Name) -> bool:
    surface = page.surface(name)
    return name.label == ORG and surface.isalpha() and surface.istitle() and not _LONGER.match(page.text, name.end)


def _is_place(page: Page, name: Name) -> bool:
    surface = page.surface(name)
    if name.label != GPE:
        return False
    return (
        surface in page.dateline or surface in CAPITALS or surface in STATES or surface in country_names(page.language)
    )
