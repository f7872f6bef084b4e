"""Join what names one person."""

import re
from collections import Counter, defaultdict
from typing import Final

from transforms.article.names.labels import DATE, PERSON
from transforms.article.names.page import Name, Page

_GAP: Final = re.compile(r" (?:(?:al|bin|bint|ibn|van|van der|von) )?")
_WORD: Final = re.compile(r"[^\W\d_][\w'’.-]*")


def merge_parts(page: Page) -> Page:
    """Make one name of two persons that follow each other with a space, or a particle, between them."""
    merged: list[Name] = []
    for name in page.names:
        last = merged[-1] if merged else None
        if last and last.label == name.label == PERSON and _GAP.fullmatch(page.text[last.end : name.start]):
            merged[-1] = last._replace(end=name.end)
        else:
            merged.append(name)
    return page.with_names(merged)


def join_surnames(page: Page) -> Page:
    """Make a PERSON of every mention that is the last name of a person whom the document names in full."""
    known = surnames(page)
    return page.with_names(
        name._replace(label=PERSON) if page.surface(name) in known and name.label not in (PERSON, DATE) else name
        for name in page.names
    )


def surnames(page: Page) -> dict[str, list[str]]:
    """Map each last name to the full names that end in it, in order of appearance."""
    known: dict[str, list[str]] = defaultdict(list)
    for name in page.names:
        full = page.surface(name)
        words = full.split()
        if name.label == PERSON and len(words) > 1 and _WORD.fullmatch(words[-1]) and full not in known[words[-1]]:
            known[words[-1]].append(full)
    return {last: names for last, names in known.items() if names}


def full_names(surfaces: list[str]) -> dict[str, str]:
    """Map each surface of a person to the fullest one that names the same; `surfaces` has one item a mention.

    A last name belongs to the full name that is mentioned most; `Donald Trump` belongs to `Donald J. Trump`.
    """
    counts = Counter(surfaces)
    order = {surface: place for place, surface in reversed(list(enumerate(surfaces)))}
    by_last: dict[str, list[str]] = defaultdict(list)
    for surface in counts:
        by_last[surface.rpartition(" ")[2]].append(surface)
    found: dict[str, str] = {}
    for surface in counts:
        fuller = [other for other in by_last[surface.rpartition(" ")[2]] if _is_part(surface.split(), other.split())]
        if fuller:
            found[surface] = max(fuller, key=lambda other: (counts[other], len(other), -order[other]))
    return {surface: _last(found, surface) for surface in found}


def _is_part(short: list[str], full: list[str]) -> bool:
    """Tell whether one name is the other with words left out, but for the last name."""
    if not short or len(short) >= len(full) or short[-1] != full[-1] or (len(short) > 1 and short[0] != full[0]):
        return False
    rest = iter(full)
    return all(word in rest for word in short)


def _last(found: dict[str, str], surface: str) -> str:
    """Follow `Trump` over `Donald Trump` to `Donald J. Trump`; each step is longer, so that it ends."""
    while surface in found:
        surface = found[surface]
    return surface
