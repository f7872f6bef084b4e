"""Part places that the model has run together."""

import re
from typing import Final

from transforms.article.countries import country_names
from transforms.article.names.labels import FAC, GPE, LOC, ORG, PERSON
from transforms.article.names.page import Name, Page

_PARTS: Final = re.compile(r"([^,()]+), ([^,()]+)")

#: The states of the USA, which follow a city as countries do.
STATES: Final = frozenset(
    {
        "Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado", "Connecticut", "Delaware", "Florida",
        "Georgia", "Hawaii", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas", "Kentucky", "Louisiana", "Maine",
        "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri", "Montana", "Nebraska",
        "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Ohio",
        "Oklahoma", "Oregon", "Pennsylvania", "Rhode Island", "South Carolina", "South Dakota", "Tennessee", "Texas",
        "Utah", "Vermont", "Virginia", "Washington", "West Virginia", "Wisconsin", "Wyoming",
    }
)  # fmt: skip


def part_places(page: Page) -> Page:
    """Make two names of `Debden, England`: a place, and the country or state after the comma."""
    return page.with_names(part for name in page.names for part in _parts(page, name))


def _parts(page: Page, name: Name) -> list[Name]:
    found = _PARTS.fullmatch(page.surface(name)) if name.label in (GPE, LOC, ORG, PERSON, FAC) else None
    if not found or not (found[2] in STATES or found[2] in country_names(page.language) or found[2] == "England"):
        return [name]
    first = name._replace(end=name.start + found.end(1), label=LOC if name.label == LOC else GPE)
    return [first, name._replace(start=name.start + found.start(2), label=GPE)]
