"""Give names the types that were read off the words near them, everywhere they stand."""

from collections.abc import Sequence
from typing import Final

from transforms.article.names.labels import EVENT, FAC, GPE, LOC, MISC, ORG, PERSON, PRODUCT, WORK
from transforms.article.names.page import Name, Page

#: Labels that the words beside a name may change; an adjective such as `French` in `French president` stays one.
OPEN: Final = frozenset({PERSON, ORG, GPE, LOC, FAC, PRODUCT, EVENT, WORK, MISC})


def relabelled(page: Page, names: Sequence[Name], read: Sequence[str]) -> Page:
    """Return the page with these names, each by what was read of it ("" for nothing).

    A name of which nothing was read takes what all readings of the same surface agree on; where two disagree, each
    keeps its own.
    """
    labels: dict[str, set[str]] = {}
    for name, label in zip(names, read, strict=True):
        if label:
            labels.setdefault(page.surface(name), set()).add(label)
    if not labels:
        return page.with_names(names)
    agreed = {surface: min(found) for surface, found in labels.items() if len(found) == 1}
    return page.with_names(
        name._replace(label=label or agreed[page.surface(name)])
        if label or (name.label in OPEN and page.surface(name) in agreed)
        else name
        for name, label in zip(names, read, strict=True)
    )
