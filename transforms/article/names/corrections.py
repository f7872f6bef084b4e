"""Put names right that their reader knows better: drop, retype, merge, link (`names.toml`)."""

from functools import lru_cache
from typing import NamedTuple

from schemas.records import Correction
from transforms.article.names.page import Name, Page


class Corrected(NamedTuple):
    """A page after the corrections, and which of them found something there, by their number."""

    page: Page
    matched: tuple[int, ...]


def correct_names(page: Page, corrections: tuple[Correction, ...]) -> Corrected:
    """Apply the corrections to names that have their entity already, in the order of the kinds.

    A correction is for a name whose surface or whose entity is one of its names, and whose label is one of its labels,
    where it has any; case counts. What is merged keeps its label, what is retyped its entity.
    """
    if not corrections:
        return Corrected(page, ())
    matched: set[int] = set()
    names = list(page.names)
    for kind in ("drop", "retype", "merge"):
        names = [fixed for name in names if (fixed := _fixed(page, name, kind, corrections, matched)) is not None]
    page = page.with_names(names)
    for name in page.names:
        matched.update(number for number, _ in _for(page, name, "link", corrections))
    return Corrected(page, tuple(sorted(matched)))


def link_of(entity: str, label: str, corrections: tuple[Correction, ...]) -> Correction | None:
    """Return the correction that links an entity, None without one."""
    return next(
        (each for _, each in _by_name(corrections).get(entity, ()) if each.kind == "link" and _fits(each, label)), None
    )


def _fixed(page: Page, name: Name, kind: str, corrections: tuple[Correction, ...], matched: set[int]) -> Name | None:
    for number, correction in _for(page, name, kind, corrections):
        matched.add(number)
        if kind == "drop":
            return None
        name = name._replace(label=correction.to) if kind == "retype" else name._replace(entity=correction.to)
    return name


def _for(page: Page, name: Name, kind: str, corrections: tuple[Correction, ...]) -> list[tuple[int, Correction]]:
    known = _by_name(corrections)
    surface = " ".join(page.surface(name).split())
    found = dict(known.get(surface, ())) | dict(known.get(name.entity, ()))
    return [(number, each) for number, each in sorted(found.items()) if each.kind == kind and _fits(each, name.label)]


def _fits(correction: Correction, label: str) -> bool:
    return not correction.labels or label in correction.labels


@lru_cache(maxsize=8)
def _by_name(corrections: tuple[Correction, ...]) -> dict[str, tuple[tuple[int, Correction], ...]]:
    found: dict[str, tuple[tuple[int, Correction], ...]] = {}
    for number, correction in enumerate(corrections):
        for name in correction.names:
            found[name] = (*found.get(name, ()), (number, correction))
    return found
