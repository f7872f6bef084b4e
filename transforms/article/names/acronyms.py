"""Join an acronym to the long form that the document gives it."""

import re
from typing import Final

from transforms.article.names.labels import GPE, ORG, PERSON
from transforms.article.names.page import Name, Page

_ACRONYM: Final = re.compile(r"[A-Z][A-Za-z]?[A-Z]{1,6}")
_WORD: Final = re.compile(r"[^\W\d_]+")


def join_acronyms(page: Page) -> Page:
    """Give both forms of `International Monetary Fund (IMF)` one type wherever they stand.

    It is the long form's, but where the model calls one of the two an ORG, as it mostly is, and the other no GPE.
    """
    defined = _definitions(page)
    if not defined:
        return page
    labels: dict[str, str] = {}
    for long, short in defined:
        label = ORG if short.label == ORG and long.label != GPE else long.label
        labels.update({page.surface(long): label, page.surface(short): label})
    return page.with_names(name._replace(label=labels.get(page.surface(name), name.label)) for name in page.names)


def acronyms(page: Page) -> dict[str, str]:
    """Map each acronym that the document defines to its long form."""
    return {page.surface(short): page.surface(long) for long, short in reversed(_definitions(page))}


def _definitions(page: Page) -> list[tuple[Name, Name]]:
    """Find the names that an acronym of their initials follows in brackets."""
    return [
        (long, short)
        for long, short in zip(page.names, page.names[1:], strict=False)
        if short.start - long.end == 2 and page.text.startswith(" (", long.end) and page.text.startswith(")", short.end)
        if long.label != PERSON and _spells(page.surface(long), page.surface(short))
    ]


def _spells(form: str, letters: str) -> bool:
    """Tell whether the letters are the initials of the words, of which small ones may be skipped."""
    words = _WORD.findall(form)
    wanted = [word[0].upper() for word in words if word[0].isupper()]
    every = [word[0].upper() for word in words]
    return bool(_ACRONYM.fullmatch(letters)) and list(letters.upper()) in (wanted, every)
