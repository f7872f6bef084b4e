"""Countries by name: ISO 3166-1, in English and in the language of the document.

Names come from ISO (`pycountry`, with its translations) and from CLDR (`babel`), which has the short ones that news
texts use: `Russland`, `Royaume-Uni`. Kosovo has the code XK, which ISO leaves to its users.
"""

import gettext
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import pycountry
from babel import Locale, UnknownLocaleError

from transforms.article.capitals import CAPITALS


class Country(NamedTuple):
    """What a name says of a country; both fields are `""` where it says nothing."""

    code: str  # ISO 3166-1 alpha-2
    name: str  # the country's short English name, "" for a place that only lies in it


NOWHERE: Final = Country("", "")

#: Short English names where those of ISO and CLDR are inverted, new or unusual.
SHORT: Final = {
    "AG": "Antigua and Barbuda", "BA": "Bosnia and Herzegovina", "CD": "DR Congo", "CG": "Republic of the Congo",
    "CI": "Ivory Coast", "FK": "Falkland Islands", "HK": "Hong Kong", "KN": "Saint Kitts and Nevis",
    "LC": "Saint Lucia", "MM": "Myanmar", "MO": "Macau", "PS": "Palestine",
    "ST": "Sao Tome and Principe", "TL": "East Timor", "TR": "Turkey", "TT": "Trinidad and Tobago",
    "VC": "Saint Vincent and the Grenadines", "XK": "Kosovo",
}  # fmt: skip

#: Other names that news texts use, in English and in French.
ALIASES: Final = {
    "UK": "GB", "U.K.": "GB", "Britain": "GB", "Great Britain": "GB", "Grande-Bretagne": "GB", "US": "US", "U.S.": "US",
    "USA": "US", "U.S.A.": "US", "United States of America": "US", "America": "US", "Etats-Unis": "US",
    "UAE": "AE", "U.A.E.": "AE", "Emirates": "AE", "Émirats": "AE", "Côte d'Ivoire": "CI", "Cote d'Ivoire": "CI",
    "Burma": "MM", "Birmanie": "MM", "Holland": "NL", "Swaziland": "SZ", "Macedonia": "MK", "Türkiye": "TR",
    "Czech Republic": "CZ", "République tchèque": "CZ", "Cabo Verde": "CV", "Timor-Leste": "TL", "DRC": "CD",
    "DR Congo": "CD", "RDC": "CD", "RD Congo": "CD", "Democratic Republic of Congo": "CD", "Centrafrique": "CF",
    "Democratic Republic of the Congo": "CD", "Congo-Kinshasa": "CD", "Congo-Brazzaville": "CG",
    "Republic of Congo": "CG", "Vatican": "VA", "Vatican City": "VA", "Holy See": "VA", "Saint-Siège": "VA",
    "Republic of Ireland": "IE", "Bosnia": "BA", "Bosnie": "BA", "Trinidad": "TT", "Palestinian Territories": "PS",
    "State of Palestine": "PS", "State of Israel": "IL", "Macau": "MO", "Viêt Nam": "VN",
}  # fmt: skip

#: Names that two countries, or a country and a state of the USA, bear: what else the text has to name.
EVIDENCE: Final = {
    "Congo": {"CD": ("Kinshasa", "DRC", "RDC", "Democratic Republic", "Goma", "Kivu"), "CG": ("Brazzaville",)},
    "Georgia": {"GE": ("Tbilisi", "Georgian", "Abkhazia", "South Ossetia", "Caucasus"), "": ("Atlanta", "Savannah")},
}  # fmt: skip


@cache
def country_names(language: str) -> dict[str, Country]:
    """Map the names of countries, in English and in the language, to their country."""
    names: dict[str, Country] = {}
    english, own, translate = _territories("en"), _territories(language), _translation(language)
    for entry in pycountry.countries:
        code = entry.alpha_2
        country = Country(code, SHORT.get(code, english.get(code, entry.name)))
        forms = [getattr(entry, key) for key in ("name", "common_name", "official_name") if hasattr(entry, key)]
        forms += [country.name, english.get(code, ""), own.get(code, ""), *map(translate, forms)]
        names.update((variant, country) for form in forms if _is_plain(form) for variant in _apostrophes(form))
    names["Kosovo"] = Country("XK", "Kosovo")
    by_code = {country.code: country for country in names.values()}
    names.update((variant, by_code[code]) for alias, code in ALIASES.items() for variant in _apostrophes(alias))
    return names


def country_of(surface: str, language: str, text: str) -> Country:
    """Return the country that a surface names, or lies in as its capital; `NOWHERE` when it says nothing.

    A name that is ambiguous, such as Congo, counts only where the text names something that belongs to one of the two.
    """
    if surface in EVIDENCE:
        codes = {code for code, words in EVIDENCE[surface].items() if any(word in text for word in words)}
        return by_code(codes.pop()) if len(codes) == 1 else NOWHERE
    names = country_names(language)
    for form in (surface, surface.title()) if surface.isupper() and len(surface) > 3 else (surface,):
        if form in names:
            return names[form]
        if form in CAPITALS:
            return Country(CAPITALS[form], "")
    return NOWHERE


def by_code(code: str) -> Country:
    """Return the country with that ISO 3166-1 alpha-2 code, `NOWHERE` without one."""
    return next((country for country in country_names("en").values() if country.code == code), NOWHERE)


@cache
def region_names(language: str) -> frozenset[str]:
    """Name the continents and their parts in the language, as the United Nations divide the world (M49)."""
    numbered = {name for code, name in _territories(language).items() if code.isdigit() and code != "001"}
    return frozenset(variant for name in numbered if name[:1].isupper() for variant in _apostrophes(name))


def _territories(language: str) -> dict[str, str]:
    """Return CLDR's names by code, empty for a language that it has not."""
    try:
        return {str(code): str(name) for code, name in Locale.parse(language).territories.items()} if language else {}
    except (UnknownLocaleError, ValueError):
        return {}


def _translation(language: str) -> Callable[[str], str]:
    """Return the function that translates ISO's English names; without a translation it returns them unchanged."""
    try:
        return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language or "en"]).gettext
    except OSError:
        return str


def _is_plain(form: str) -> bool:
    """Tell a name that texts use from an inverted one (`Korea, Republic of`) or one with its article."""
    return bool(form) and "," not in form and not form[0].islower()


def _apostrophes(name: str) -> set[str]:
    """Return the name with either apostrophe."""
    return {name.replace("’", "'"), name.replace("'", "’")}
