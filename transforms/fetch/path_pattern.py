"""Patterns of paths as robots.txt has them (RFC 9309 §2.2.2 and §2.2.3): `*` for anything, `$` for the end.

Matching takes linear time: the pieces between the stars are looked for one after the other, each as early as it goes,
which finds a match whenever there is one. A regular expression made of a hostile pattern would take for ever.
"""

import re
from typing import Final, NamedTuple

from yarl import URL

UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: What neither is unreserved nor stands for itself (RFC 3986 §2.2), and what is escaped already.
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!&'()+,;=]")


class PathPattern(NamedTuple):
    """A pattern, ready to be matched."""

    parts: tuple[str, ...]  # between the stars; the first one stands at the beginning
    to_the_end: bool  # the last one stands at the end
    length: int  # octets, by which the more specific of two patterns is known

    def matches(self, path: str) -> bool:
        """Tell whether a path that `normal_path` gave begins as the pattern says."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        if not others:
            return not self.to_the_end or len(path) == len(first)
        last = others.pop() if self.to_the_end else ""
        place = len(first)
        for part in others:
            place = path.find(part, place)
            if place < 0:
                return False
            place += len(part)
        return len(path) - len(last) >= place and path.endswith(last)


def path_pattern(text: str) -> PathPattern | None:
    """Read a pattern; `None` for one that begins neither with a slash nor with a star, which matches nothing."""
    if not text.startswith(("/", "*")):
        return None
    to_the_end = text.endswith("$")
    text = text[:-1] if to_the_end else text
    first, *others = (_normal(part) for part in re.split(r"\*+", text))
    length = len(first) + sum(len(part) + 1 for part in others) + to_the_end
    if not to_the_end:  # a star at the end changes nothing
        while others and not others[-1]:
            others.pop()
    return PathPattern((first, *others), to_the_end, length)


def normal_path(url: URL) -> str:
    """Return path and query of an address in the form that patterns are compared with."""
    return _normal(url.raw_path_qs or "/")


def _normal(text: str) -> str:
    """Escape what is neither unreserved nor reserved, undo the escapes of what is unreserved.

    `*` and `$` that stand for themselves are escaped, as a pattern has to.
    """
    return _ESCAPE.sub(_escaped, text.encode("utf-8", "surrogateescape")).decode("ascii")


def _escaped(found: re.Match[bytes]) -> bytes:
    digits = found.group(1)
    octet = int(digits, 16) if digits else found.group()[0]
    return bytes([octet]) if octet in UNRESERVED else b"%%%02X" % octet
