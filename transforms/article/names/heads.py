"""Read the type of a name of several words off its own words."""

from typing import Final

from transforms.article.names.labels import GPE, LOC, ORG, PERSON, PRODUCT
from transforms.article.names.page import Name, Page

_ORGANISATION: Final = frozenset(
    {
        "Academy", "Agency", "Airlines", "Airways", "Alliance", "Army", "Association", "Authority", "Battalion",
        "Brigade", "Broadcasting", "Bureau", "Club", "Co", "College", "Commission", "Committee", "Company",
        "Confederation", "Congress", "Corp", "Corporation", "Council", "Court", "Department", "FC", "Federation",
        "Foundation", "Group", "Herald", "Holdings", "Hospital", "Inc", "Institute", "Institution", "LLC",
        "Laboratories", "Laboratory", "League", "Ltd", "Ministry", "Movement", "Navy", "News", "Orchestra",
        "Organisation", "Organization", "PLC", "Parliament", "Party", "Police", "Records", "Regiment", "School",
        "Senate", "Society", "Squadron", "Studios", "Times", "Tribune", "University",
    }
)  # fmt: skip
#: Words that end the names of places as well: read only where the model saw no place.
_ORGANISATION_OR_PLACE: Final = frozenset({"Bank", "Center", "Centre", "Division", "Railroad", "Railway", "Union"})
_LANDSCAPE: Final = frozenset(
    {
        "Basin", "Desert", "Gulf", "Island", "Islands", "Mountain", "Mountains", "Ocean", "Peninsula", "Plateau",
        "Reservoir", "River", "Sea", "Strait", "Valley",
    }
)  # fmt: skip
_LANDSCAPE_FIRST: Final = ("Lake ", "Mount ", "Cape ", "Gulf of ", "Bay of ", "Strait of ", "Isle of ", "River ")
#: Words that are last names as well: read only where the model saw no person.
_LANDSCAPE_OR_SURNAME: Final = frozenset({"Bay", "Beach", "Coast", "Creek", "Delta", "Forest", "Hill", "Hills", "Lake"})
_REGION: Final = frozenset(
    {"County", "District", "Governorate", "Municipality", "Oblast", "Parish", "Prefecture", "Province"}
)


def read_heads(page: Page) -> Page:
    """Retype names of several words by their last one: `… University` is an ORG, `… River` a LOC.

    Buildings, events and works keep what the model said.
    """
    labels = [_label(page, name) for name in page.names]
    return page.with_names(
        name if name.label == label else name._replace(label=label)
        for name, label in zip(page.names, labels, strict=True)
    )


def _label(page: Page, name: Name) -> str:
    surface = page.surface(name)
    if " " not in surface:
        return name.label
    head = surface.rpartition(" ")[2].rstrip(".")
    if head in _ORGANISATION and name.label in (PERSON, PRODUCT, GPE, LOC):
        return ORG
    if head in _ORGANISATION_OR_PLACE and name.label in (PERSON, PRODUCT):
        return ORG
    if (head in _LANDSCAPE or surface.startswith(_LANDSCAPE_FIRST)) and name.label in (PERSON, PRODUCT, ORG):
        return LOC
    if head in _LANDSCAPE_OR_SURNAME and name.label in (PRODUCT, ORG):
        return LOC
    if head in _REGION and name.label in (PERSON, PRODUCT):
        return GPE
    return name.label
