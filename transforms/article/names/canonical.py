"""Give every mention the name of what it names."""

from collections import Counter

from transforms.article.countries import country_of
from transforms.article.names.acronyms import acronyms
from transforms.article.names.labels import GPE, PERSON
from transforms.article.names.page import Name, Page
from transforms.article.names.persons import full_names


def name_entities(page: Page) -> Page:
    """Set `entity`: a country's short English name, a person's full name, an acronym's long form, else the surface.

    Of two ways to write one name the fuller wins: `The Hague` over `Hague`, `Niger` over `NIGER`.
    """
    keys = [(" ".join(page.surface(name).split()), name.label) for name in page.names]
    counts = Counter(keys)
    persons = full_names([surface for surface, label in counts.elements() if label == PERSON])
    long_forms = acronyms(page)
    chosen = {
        key: _entity(page, key, counts, {**long_forms, **(persons if key[1] == PERSON else {})}) for key in counts
    }
    return page.with_names(Name(*name[:4], entity=chosen[key]) for name, key in zip(page.names, keys, strict=True))


def _entity(page: Page, key: tuple[str, str], counts: Counter[tuple[str, str]], known: dict[str, str]) -> str:
    surface, label = key
    if label == GPE:
        country = country_of(surface, page.language, page.text)
        if country.name:
            return country.name
    if surface.isupper() and len(surface) > 3 and (surface.title(), label) in counts:
        surface = surface.title()
    if surface in known:
        return known[surface]
    return f"The {surface}" if (f"The {surface}", label) in counts else surface
