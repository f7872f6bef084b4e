"""Know the place that a report is filed from."""

import re
from typing import Final

from transforms.article.names.labels import GPE
from transforms.article.names.page import Name, Page
from transforms.article.names.persons import surnames
from transforms.article.names.readings import OPEN
from transforms.article.names.scan import is_free, is_whole, make_lexicon, scan

_BETWEEN: Final = re.compile(r"\s*/\s*")


def mark_dateline(page: Page) -> Page:
    """Make a GPE of the dateline's place wherever the document names it, seen by the model or not.

    Of `Niamey, Niger` the place is Niamey. A surface that is the last name of a person whom the document names in full
    stays what it is, and so does a longer name (`Paris Saint-Germain`).
    """
    places = {place.partition(",")[0].strip() for place in _BETWEEN.split(page.dateline)} - {""}
    places -= set(surnames(page)) if places else set()
    if not places:
        return page
    names = [
        name._replace(label=GPE) if name.label in OPEN and page.surface(name) in places else name for name in page.names
    ]
    starts = [name.start for name in names]
    added = [
        Name(found.start, found.end, GPE, "")
        for found in scan(page.text, make_lexicon(dict.fromkeys(places)))
        if is_free(page, starts, found) and is_whole(page.text, found)
    ]
    return page.with_names([*names, *added])
