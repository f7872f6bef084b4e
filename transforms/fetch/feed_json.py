"""Read a large JSON object member by member, so that neither its text nor all of what it holds is there at once."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

_DECODER: Final = json.JSONDecoder()
#: Characters of JSON's white space (RFC 8259 §2).
_SPACE: Final = " \t\n\r"
#: What may follow a number that the end of a piece has cut.
MAY_GO_ON: Final = ("", ".", "e", "E")


class _Text:
    """The part of a text that is looked at; it grows at its end when a value does not end within it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._place = 0

    def next(self) -> str:
        """Return the next character that is no space without taking it, "" at the end."""
        while True:
            while self._place < len(self._text):
                if self._text[self._place] not in _SPACE:
                    return self._text[self._place]
                self._place += 1
            if not self._grow():
                return ""

    def take(self, wanted: str) -> None:
        """Take one character.

        Raises:
            ValueError: another one comes.

        """
        if self.next() != wanted:
            raise ValueError(f"no {wanted} where there must be one")
        self._place += 1

    def value(self) -> Any:
        """Take the next value; raises `ValueError` where none is."""
        self.next()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError:
                if not self._grow():
                    raise
                continue
            if self._text[end : end + 1] not in MAY_GO_ON or not self._grow():
                self._place = end
                return found

    def _grow(self) -> bool:
        """Drop what was taken; at least double what is left, so that a long value is not tried often."""
        rest = self._text[self._place :]
        more: list[str] = []
        size = 0
        for piece in self._pieces:
            more.append(piece.decode("utf-8", "replace"))
            size += len(more[-1])
            if size > len(rest):
                break
        self._text, self._place = rest + "".join(more), 0
        return bool(size)


class Member(NamedTuple):
    """A member of an object, or an element of the array that is given element by element."""

    name: str
    value: Any
    is_element: bool = False


def members(pieces: Iterable[bytes], listed: str) -> Iterator[Member]:
    """Yield the members of an object in their order; the array named `listed` as an empty one and then its elements.

    `pieces` are UTF-8, none ends within a character. Raises `ValueError`, also midway, for what is no JSON object, and
    `RecursionError` for what is nested too deeply.
    """
    text = _Text(pieces)
    text.take("{")
    while text.next() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise ValueError("a name that is no string")  # noqa: TRY004  as for all that is no JSON
        text.take(":")
        if name == listed and text.next() == "[":
            yield Member(name, [])
            yield from (Member(name, element, True) for element in _elements(text))
        else:
            yield Member(name, text.value())
        if text.next() != "}":
            text.take(",")
    text.take("}")
    if text.next():
        raise ValueError("something stands after the object")


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    while text.next() != "]":
        yield text.value()
        if text.next() != "]":
            text.take(",")
    text.take("]")
