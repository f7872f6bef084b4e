"""Join an acronym to the long form that the document gives it."""

import re
from typing import Final

from transforms.article.names.labels import PERSON
from transforms.article.names.page import Page

_ACRONYM: Final = re.compile(r"[A-Z][A-Za-z]?[A-Z]{1,6}")
_WORD: Final = re.compile(r"[^\W\d_]+")


def join_acronyms(page: Page) -> Page:
    """Give an acronym the type of its long form: `International Monetary Fund (IMF)`."""
    long_forms = acronyms(page)
    if not long_forms:
        return page
    labels = {page.surface(name): name.label for name in page.names}
    return page.with_names(
        name._replace(label=labels[long_forms[page.surface(name)]]) if page.surface(name) in long_forms else name
        for name in page.names
    )


def acronyms(page: Page) -> dict[str, str]:
    """Map each acronym in brackets to the name before it whose initials it is made of."""
    defined: dict[str, str] = {}
    for long, short in zip(page.names, page.names[1:], strict=False):
        if (
            short.start - long.end != 2
            or not page.text.startswith(" (", long.end)
            or page.text[short.end : short.end + 1] != ")"
        ):
            continue
        form, letters = page.surface(long), page.surface(short)
        if long.label != PERSON and _ACRONYM.fullmatch(letters) and _spells(form, letters):
            defined.setdefault(letters, form)
    return defined


def _spells(form: str, letters: str) -> bool:
    """Tell whether the letters follow from the words' initials, of which small words may be skipped."""
    words = _WORD.findall(form)
    wanted = [word[0].upper() for word in words if word[0].isupper()]
    every = [word[0].upper() for word in words]
    return list(letters.upper()) in (wanted, every)
