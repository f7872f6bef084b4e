"""Countries by name: every country, in several languages, and nothing guessed."""

import pycountry
import pytest

from transforms.article.capitals import CAPITALS
from transforms.article.countries import NOWHERE, country_names, country_of, region_names

CODES = {country.alpha_2 for country in pycountry.countries} | {"XK"}


@pytest.mark.parametrize(
    ("surface", "language", "code", "name"),
    [
        ("Niger", "en", "NE", "Niger"),
        ("Nigeria", "en", "NG", "Nigeria"),
        ("U.S.", "en", "US", "United States"),
        ("US", "en", "US", "United States"),
        ("United States of America", "en", "US", "United States"),
        ("UK", "en", "GB", "United Kingdom"),
        ("Britain", "en", "GB", "United Kingdom"),
        ("Russia", "en", "RU", "Russia"),
        ("Russian Federation", "en", "RU", "Russia"),
        ("Ivory Coast", "en", "CI", "Ivory Coast"),
        ("Côte d'Ivoire", "fr", "CI", "Ivory Coast"),
        ("Côte d’Ivoire", "fr", "CI", "Ivory Coast"),
        ("États-Unis", "fr", "US", "United States"),
        ("Allemagne", "fr", "DE", "Germany"),
        ("Centrafrique", "fr", "CF", "Central African Republic"),
        ("Russland", "de", "RU", "Russia"),
        ("Alemania", "es", "DE", "Germany"),
        ("SOUTH KOREA", "en", "KR", "South Korea"),
        ("Türkiye", "en", "TR", "Turkey"),
        ("Kosovo", "en", "XK", "Kosovo"),
        ("Germany", "tlh", "DE", "Germany"),
        ("Germany", "", "DE", "Germany"),
    ],
)
def test_names_of_countries(surface, language, code, name):
    assert country_of(surface, language, "") == (code, name)


@pytest.mark.parametrize(
    ("surface", "code"), [("Niamey", "NE"), ("Paris", "FR"), ("Londres", "GB"), ("Scotland", "GB")]
)
def test_a_capital_lies_in_its_country_but_is_not_its_name(surface, code):
    assert country_of(surface, "en", "") == (code, "")


@pytest.mark.parametrize(
    "surface", ["Lagos", "Springfield", "Victoria", "Georgetown", "Korea", "Allemagne", "niger", ""]
)
def test_nothing_is_guessed(surface):
    assert country_of(surface, "en", "") == NOWHERE


@pytest.mark.parametrize(
    ("surface", "text", "code"),
    [
        ("Congo", "Fighting in eastern Congo", ""),
        ("Congo", "Congo's government in Kinshasa", "CD"),
        ("Congo", "Congo's government in Brazzaville", "CG"),
        ("Congo", "Across the river from Kinshasa, in Brazzaville", ""),
        ("Georgia", "Georgia votes on Tuesday", ""),
        ("Georgia", "Thousands marched in Tbilisi", "GE"),
        ("Georgia", "Voters in Atlanta", ""),
    ],
)
def test_a_name_of_two_countries_waits_for_evidence(surface, text, code):
    assert country_of(surface, "en", text).code == code


def test_every_country_is_known_by_its_names():
    known = country_names("en")
    for country in pycountry.countries:
        assert country.alpha_2 in {found.code for found in known.values()}
        if "," not in country.name:
            assert known[country.name].code == country.alpha_2


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "zh"])
def test_codes_and_names_are_consistent(language):
    known = country_names(language)
    names = {}
    for country in known.values():
        assert country.code in CODES
        assert names.setdefault(country.code, country.name) == country.name
    for code, name in names.items():
        assert known[name].code == code


def test_capitals_have_codes_and_are_no_countries():
    assert set(CAPITALS.values()) <= CODES
    assert all(name == name.strip() and name for name in CAPITALS)
    clashes = set(CAPITALS) & set(country_names("en"))
    assert all(CAPITALS[name] == country_names("en")[name].code for name in clashes)


def test_regions_come_in_the_language():
    assert {"Africa", "Europe", "Southeast Asia"} <= region_names("en")
    assert {"Afrique", "Europe de l’Est", "Europe de l'Est"} <= region_names("fr")
    assert region_names("") == frozenset()
