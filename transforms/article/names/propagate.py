"""Find the mentions of known names that the model has missed."""

from typing import Final

from transforms.article.names.labels import DATE, MISC, PERSON
from transforms.article.names.page import Name, Page
from transforms.article.names.persons import surnames
from transforms.article.names.scan import count_words, is_free, is_whole, make_lexicon, scan

#: Characters a name must have to be looked for.
SHORTEST: Final = 3


def propagate(page: Page) -> Page:
    """Add a mention wherever a known name, or the last name of a known person, stands in the text unmarked.

    What stands among other words in capitals is part of a longer name (`Bank of Niger State`) and stays unmarked, and
    a single word that the document also writes in lower case is too common to be looked for.
    """
    known = _known(page)
    starts = [name.start for name in page.names]
    added = [
        Name(found.start, found.end, known[found.surface], "")
        for found in scan(page.text, make_lexicon(known))
        if is_free(page, starts, found) and is_whole(page.text, found)
    ]
    return page.with_names([*page.names, *added]) if added else page


def _known(page: Page) -> dict[str, str]:
    """Map each surface worth looking for to its label."""
    words = count_words(page.text)
    known = dict.fromkeys(surnames(page), PERSON)
    known.update((page.surface(name), name.label) for name in page.names)
    return {
        surface: label
        for surface, label in known.items()
        if label not in (DATE, MISC)
        and len(surface) >= SHORTEST
        and (surface.lower() not in words or surface.islower())
    }
