"""robots.txt (RFC 9309): what a publisher lets this program ask for.

Reading and matching take linear time whatever the file holds; the first 500 KiB count (§2.5).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Self

from yarl import URL

from transforms.fetch.path_pattern import PathPattern, normal_path, path_pattern

#: The product token of this program.
TOKEN: Final = "newsbeam"
#: Bytes that are read.
MAX_BYTES: Final = 500 * 1024
#: Redirects on the way to it (§2.3.1.2).
MAX_REDIRECTS: Final = 5
#: Sitemaps that are kept.
MAX_SITEMAPS: Final = 1_000
#: Names of lines, with the misspellings that crawlers agree on.
NAMES: Final = {
    "user-agent": "agent",
    "useragent": "agent",
    "user agent": "agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "delay",
    "sitemap": "sitemap",
    "site-map": "sitemap",
}
_LINE: Final = re.compile(r"([A-Za-z-]{1,20}(?: agent)?)\s*(?::|\s)\s*(.*)", re.I | re.S)
_PRODUCT: Final = re.compile(r"[A-Za-z_-]+|\*(?!\S)")


class Rule(NamedTuple):
    """One line that allows or disallows."""

    pattern: PathPattern
    allowed: bool
    text: str

    @property
    def weight(self) -> tuple[int, bool]:
        """What it weighs against another: the longest pattern wins, and `Allow` among equals (§2.2.2)."""
        return self.pattern.length, self.allowed


class Robots:
    """The rules for one program; without any, everything is allowed."""

    def __init__(self, rules: Iterable[Rule] = (), crawl_delay: float = 0.0, sitemaps: Iterable[str] = ()) -> None:
        self._plain: dict[str, Rule] = {}
        self._starred: list[Rule] = []
        self.crawl_delay = crawl_delay  # seconds
        self.sitemaps = tuple(sitemaps)
        for rule in rules:
            parts, to_the_end, _ = rule.pattern
            if len(parts) > 1 or to_the_end:
                self._starred.append(rule)
            elif parts[0] not in self._plain or rule.allowed:
                self._plain[parts[0]] = rule
        self._starred.sort(key=lambda rule: rule.weight, reverse=True)
        self._lengths = sorted({len(prefix) for prefix in self._plain}, reverse=True)

    @classmethod
    def parse(cls, body: bytes, token: str = TOKEN) -> Self:
        """Read a file; anything that is no robots.txt, such as an HTML page, has no rules."""
        lines = list(_lines(body))
        sitemaps = [value for name, value in lines if name == "sitemap" and value][:MAX_SITEMAPS]
        own, rest = _groups(lines, token.lower())
        chosen = rest if own is None else own
        delays = [_seconds(value) for name, value in chosen or () if name == "delay"]
        return cls(_rules(chosen or ()), max(delays, default=0.0), sitemaps)

    def refusal_of(self, url: URL) -> str:
        """Return the line that disallows an address, "" where it is allowed."""
        path = normal_path(url)
        if path == "/robots.txt":
            return ""
        best = self._longest_prefix(path)
        for rule in self._starred:
            if best and rule.weight <= best.weight:
                break
            if rule.pattern.matches(path):
                best = rule
                break
        return best.text if best and not best.allowed else ""

    def _longest_prefix(self, path: str) -> Rule | None:
        found = (self._plain.get(path[:length]) for length in self._lengths if length <= len(path))
        return next((rule for rule in found if rule), None)


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of the lines that mean something; a line that the cap cuts through is left out."""
    body, cut = body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf"), len(body) > MAX_BYTES
    lines = re.split(rb"[\r\n]", body)
    for line in lines[:-1] if cut else lines:
        text = line.partition(b"#")[0].decode("utf-8", "surrogateescape").strip()
        found = _LINE.match(text)
        name = NAMES.get(found.group(1).lower()) if found else None
        if found and name:
            yield name, found.group(2)


def _groups(
    lines: Iterable[tuple[str, str]], token: str
) -> tuple[list[tuple[str, str]] | None, list[tuple[str, str]] | None]:
    """Merge the groups that name the program, and those for all others (§2.2.1); `None` where there is none."""
    own: list[tuple[str, str]] | None = None
    rest: list[tuple[str, str]] | None = None
    in_own = in_rest = naming = False
    for name, value in lines:
        if name == "agent":
            if not naming:
                in_own = in_rest = False
            naming = True
            product = _PRODUCT.match(value)
            if product and product.group() == "*":
                in_rest, rest = True, rest or []
            elif product and product.group().lower() == token:
                in_own, own = True, own or []
        elif name != "sitemap":
            naming = False
            if in_own and own is not None:
                own.append((name, value))
            if in_rest and rest is not None:
                rest.append((name, value))
    return own, rest


def _rules(lines: Iterable[tuple[str, str]]) -> Iterator[Rule]:
    for name, value in lines:
        pattern = path_pattern(value) if name in ("allow", "disallow") else None
        if pattern:
            yield Rule(pattern, name == "allow", f"{name.capitalize()}: {_shown(value)}")


def _shown(value: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in value[:100])


def _seconds(value: str) -> float:
    return float(value) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", value) else 0.0
