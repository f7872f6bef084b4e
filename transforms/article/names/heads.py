"""Read the type of a name of several words off its own words."""

import re
from typing import Final

from transforms.article.names.labels import GPE, LOC, ORG, PERSON, PRODUCT
from transforms.article.names.page import Name, Page

_ORGANISATION: Final = re.compile(
    r"\b(?:University|College|School|Academy|Institute|Institution|Association|Federation|Confederation|Foundation"
    r"|Society|Party|Inc|Ltd|LLC|PLC|Corp|Corporation|Company|Co|Group|Holdings|Ministry|Department|Council"
    r"|Committee|Commission|Agency|Authority|Bureau|Club|FC|Army|Navy|Airlines|Airways|Congress|Parliament|Senate"
    r"|Court|League|Orchestra|Records|Studios|Broadcasting|Times|Herald|Tribune|News|Police|Hospital|Laboratory"
    r"|Laboratories|Regiment|Brigade|Squadron|Battalion|Movement|Alliance|Organi[sz]ation)\.?$"
)
#: Words that end the names of places as well: read only where the model saw no place.
_ORGANISATION_OR_PLACE: Final = re.compile(r"\b(?:Bank|Division|Railway|Railroad|Union|Center|Centre)$")
_LANDSCAPE: Final = re.compile(
    r"\b(?:Islands?|River|Mountains?|Sea|Ocean|Peninsula|Valley|Desert|Reservoir|Plateau|Gulf|Strait|Basin)$"
    r"|^(?:Lake|Mount|Cape|Gulf of|Bay of|Strait of|Isle of|River) "
)
#: Words that are last names as well: read only where the model saw no person.
_LANDSCAPE_OR_SURNAME: Final = re.compile(r"\b(?:Lake|Hills?|Bay|Beach|Forest|Creek|Coast|Delta)$")
_REGION: Final = re.compile(r"\b(?:Province|County|District|Parish|Prefecture|Municipality|Oblast|Governorate)$")


def read_heads(page: Page) -> Page:
    """Retype names of several words by their last one: `… University` is an ORG, `… River` a LOC.

    Buildings, events and works keep what the model said.
    """
    return page.with_names(name._replace(label=_label(page, name)) for name in page.names)


def _label(page: Page, name: Name) -> str:
    surface = page.surface(name)
    if " " not in surface:
        return name.label
    if name.label in (PERSON, PRODUCT, GPE, LOC) and _ORGANISATION.search(surface):
        return ORG
    if name.label in (PERSON, PRODUCT) and _ORGANISATION_OR_PLACE.search(surface):
        return ORG
    if name.label in (PERSON, PRODUCT, ORG) and _LANDSCAPE.search(surface):
        return LOC
    if name.label in (PRODUCT, ORG) and _LANDSCAPE_OR_SURNAME.search(surface):
        return LOC
    if name.label in (PERSON, PRODUCT) and _REGION.search(surface):
        return GPE
    return name.label
