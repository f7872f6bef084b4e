"""Countries, parts of the world and a few organisations, whose names mean one thing everywhere."""

from functools import cache
from typing import Final

from transforms.article.capitals import CAPITALS
from transforms.article.countries import country_names, region_names
from transforms.article.names.labels import DATE, GPE, LOC, ORG, PERSON
from transforms.article.names.page import Name, Page
from transforms.article.names.persons import surnames
from transforms.article.names.scan import Lexicon, is_whole, make_lexicon, scan

#: Countries whose name is a person's, a thing's or a longer name's as well: taken only where the model saw a name.
HOMONYMS: Final = frozenset({"America", "Chad", "Cuba", "Dominica", "Georgia", "Guinea", "Israel", "Jersey", "Jordan"})

#: Regions in the news that the United Nations' division of the world does not have.
REGIONS: Final = (
    "North Africa", "West Africa", "East Africa", "Horn of Africa", "Sahel", "Sahara", "Maghreb", "Middle East",
    "Far East", "Near East", "Levant", "Balkans", "Caucasus", "Scandinavia", "South Asia", "East Asia",
    "South-East Asia", "Central Europe", "Antarctica", "Arctic", "Eurasia", "Mediterranean", "Persian Gulf",
    "Asia-Pacific", "Afrique de l'Ouest", "Afrique de l’Ouest", "Afrique du Nord", "Moyen-Orient", "Proche-Orient",
    "Extrême-Orient", "Caucase", "Scandinavie", "Méditerranée", "Antarctique", "Arctique", "Europe centrale",
)  # fmt: skip

#: News agencies, platforms and world bodies, which any article may name and models mistake when they stand alone.
ORGANISATIONS: Final = (
    "AFP", "Agence France-Presse", "AP", "Associated Press", "Reuters", "Bloomberg", "Xinhua", "TASS", "BBC", "CNN",
    "Al Jazeera", "EFE", "ANSA", "DPA", "Twitter", "Facebook", "Instagram", "YouTube", "WhatsApp", "TikTok", "WeChat",
    "Weibo", "Snapchat", "Telegram", "LinkedIn", "Reddit", "Google", "UN", "U.N.", "United Nations", "EU", "E.U.",
    "European Union", "European Commission", "NATO", "WHO", "World Health Organization", "IMF", "World Bank", "WTO",
    "OPEC", "OECD", "ASEAN", "African Union", "ECOWAS", "UNESCO", "UNICEF", "UNHCR", "Interpol", "FIFA", "UEFA",
    "ONU", "OTAN", "OMS", "FMI", "CEDEAO", "Union européenne", "Union africaine", "Nations unies", "Nations Unies",
)  # fmt: skip


def mark_known(page: Page) -> Page:
    """Make a GPE of a country, a LOC of a part of the world, an ORG of a world body, seen by the model or not.

    A capital that the model calls a LOC, as four-class models do, is a GPE; a city changes no other label.
    A surface that is the last name of a known person, or a homonym that the model takes for a person, stays.
    """
    labels, lexicon = _lexicon(page.language)
    persons = surnames(page)
    names = [_retyped(page, name, labels, persons) for name in page.names]
    taken = {(name.start, name.end) for name in names}
    added = [
        Name(found.start, found.end, labels[found.surface], "")
        for found in scan(page.text, lexicon)
        if (found.start, found.end) not in taken and found.surface not in persons
        if found.surface not in HOMONYMS and (" " in found.surface or is_whole(page.text, found))
    ]
    return page.with_names([*names, *added])


def _retyped(page: Page, name: Name, labels: dict[str, str], persons: dict[str, list[str]]) -> Name:
    surface = page.surface(name)
    surface = surface.title() if surface.isupper() and surface not in labels and len(surface) > 3 else surface
    if name.label == LOC and surface in CAPITALS:
        return name._replace(label=GPE)
    if surface not in labels or surface in persons or (surface in HOMONYMS and name.label in (PERSON, DATE)):
        return name
    return name._replace(label=labels[surface])


@cache
def _lexicon(language: str) -> tuple[dict[str, str], Lexicon]:
    """Return the label of each surface, and the surfaces by first word."""
    labels = dict.fromkeys(ORGANISATIONS, ORG)
    labels.update(dict.fromkeys((*REGIONS, *region_names("en"), *region_names(language)), LOC))
    labels.update(dict.fromkeys(country_names(language), GPE))
    return labels, make_lexicon(labels)
