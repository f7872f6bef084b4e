"""What the steps work on: one document and the names found in it so far."""

from collections.abc import Iterable
from typing import NamedTuple


class Name(NamedTuple):
    """One mention: `page.text[start:end]`, on one line."""

    start: int
    end: int
    label: str  # of the vocabulary in `labels`
    raw_label: str  # the model's own, "" when a step found it
    entity: str = ""  # canonical name, "" until the last step


class Page(NamedTuple):
    """A document on its way through the steps: the title is the first line of `text`, the body begins at `body`.

    `names` are in order and never overlap. A step returns the page with other names, nothing else changes. `dateline`
    is the place that the report is filed from, which stands in no line of the text any more.
    """

    text: str
    body: int
    language: str  # ISO 639-1
    names: tuple[Name, ...] = ()
    dateline: str = ""

    def surface(self, name: Name) -> str:
        """Return the characters of a name."""
        return self.text[name.start : name.end]

    def with_names(self, names: Iterable[Name]) -> "Page":
        """Return the page with these names instead, in order; of two that overlap the longer stays."""
        kept: list[Name] = []
        position = 0  # where the last one ends
        for name in sorted(names):
            start, end = name[0], name[1]
            if start >= end:
                continue
            if start >= position:
                kept.append(name)
            elif end - start > position - kept[-1].start:
                kept[-1] = name
            else:
                continue
            position = end
        return self._replace(names=tuple(kept))


def make_page(title: str, text: str, language: str, dateline: str = "") -> Page:
    """Lay the title, on one line, above the text."""
    head = " ".join(title.split())
    whole = f"{head}\n{text}" if head else text
    return Page(whole, len(head) + 1 if head else 0, language, dateline=dateline)


def lines(page: Page) -> list[tuple[int, str]]:
    """Return (offset, line) of every line that is not blank."""
    found = []
    offset = 0
    for line in page.text.split("\n"):
        if line.strip():
            found.append((offset, line))
        offset += len(line) + 1
    return found
