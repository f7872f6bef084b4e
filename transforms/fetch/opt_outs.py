"""What publishers ask of programs that read: `X-Robots-Tag`, robots metas and the TDM Reservation Protocol.

https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/: a header, a meta element, or the file
`/.well-known/tdmrep.json` reserves text and data mining. A reservation in any of the three counts.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from yarl import URL

from schemas.records import OptOuts
from transforms.fetch.path_pattern import PathPattern, normal_path, path_pattern
from transforms.fetch.robots import TOKEN

#: Where a site keeps its reservations.
WELL_KNOWN: Final = "/.well-known/tdmrep.json"
#: Bytes of that file that are read.
MAX_FILE: Final = 500 * 1024
#: Bytes of a page in which meta elements are looked for.
HEAD: Final = 200_000
#: Characters that are kept of what a page says.
LONGEST: Final = 1_000
#: Directives that have a value after a colon; any other word before a colon names a program.
VALUED: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
NO_AI: Final = frozenset({"noai", "noimageai"})
_START: Final = re.compile(rb"<(!--|(?:script|style|meta)(?=[\s/>]))", re.I)
_ATTRIBUTE: Final = re.compile(r"""(?<![^\s"'/])([^\s"'>/=]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class Reservation(NamedTuple):
    """What a site says of the addresses under one pattern."""

    pattern: PathPattern
    reserved: bool
    policy: str


def opt_outs(headers: Mapping[str, str], body: bytes = b"") -> OptOuts:
    """Read what the headers (names in lower case) and the first 200 kB of a page ask for."""
    metas = list(_metas(body[:HEAD]))
    robots = [headers.get("x-robots-tag", ""), *(content for name, content in metas if name == "robots")]
    own = [f"{TOKEN}: {content}" for name, content in metas if name == TOKEN]
    reserved = [headers.get("tdm-reservation", ""), *(text for name, text in metas if name == "tdm-reservation")]
    policies = [headers.get("tdm-policy", ""), *(text for name, text in metas if name == "tdm-policy")]
    return joined(
        robots_tags([*robots, *own]),
        OptOuts(tdm_reserved=any(_is_one(value) for value in reserved), tdm_policy=_first(policies)),
    )


def robots_tags(lines: Iterable[str]) -> OptOuts:
    """Read the lines of `X-Robots-Tag`; what a line says to other programs, by their names, does not count."""
    kept = [directive for line in lines for directive in _directives(line[:10_000])]
    tag = ", ".join(dict.fromkeys(kept))[:LONGEST]
    return OptOuts(x_robots_tag=tag, noai=not NO_AI.isdisjoint(kept))


def joined(first: OptOuts, second: OptOuts) -> OptOuts:
    """Put two findings on one page together: what either asks for is asked for."""
    tags = dict.fromkeys(
        [*filter(None, first.x_robots_tag.split(", ")), *filter(None, second.x_robots_tag.split(", "))]
    )
    return OptOuts(
        ", ".join(tags)[:LONGEST],
        first.noai or second.noai,
        first.tdm_reserved or second.tdm_reserved,
        first.tdm_policy or second.tdm_policy,
    )


def reservations(body: bytes) -> tuple[Reservation, ...]:
    """Read a tdmrep.json: a list of `location`, `tdm-reservation` and `tdm-policy`; anything else reserves nothing.

    The most specific location comes first; of two alike the one that reserves.
    """
    try:
        entries = json.loads(body) if len(body) <= MAX_FILE else []
    except (ValueError, RecursionError):
        return ()
    found = [_reservation(entry) for entry in entries] if isinstance(entries, list) else []
    kept = [entry for entry in found if entry]
    return tuple(sorted(kept, key=lambda entry: (entry.pattern.length, entry.reserved), reverse=True))


def reserved_for(url: URL, entries: Iterable[Reservation]) -> OptOuts:
    """Return what the entries of `reservations` say of an address."""
    path = normal_path(url)
    found = next((entry for entry in entries if entry.pattern.matches(path)), None)
    return OptOuts(tdm_reserved=found.reserved, tdm_policy=found.policy) if found else OptOuts()


def tdmrep(body: bytes, path: str) -> OptOuts:
    """Return what a tdmrep.json says of a path (with its query)."""
    return reserved_for(URL(f"http://localhost{path}", encoded=True), reservations(body))


def _reservation(entry: Any) -> Reservation | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("location"), str):
        return None
    pattern = path_pattern(entry["location"].strip())
    policy = entry.get("tdm-policy")
    reserved = _is_one(entry.get("tdm-reservation"))
    return (
        Reservation(pattern, reserved, policy.strip()[:LONGEST] if isinstance(policy, str) else "") if pattern else None
    )


def _is_one(value: Any) -> bool:
    """Tell a reservation; joined headers count when one of them reserves."""
    return (
        value is True or value == 1 or (isinstance(value, str) and "1" in (part.strip() for part in value.split(",")))
    )


def _first(values: Iterable[str]) -> str:
    return next((value.strip()[:LONGEST] for value in values if value.strip()), "")


def _directives(line: str) -> Iterator[str]:
    """Yield the directives of a line that are for this program or for all, in lower case."""
    for_us = True
    for part in line.split(","):
        name, colon, value = (piece.strip().lower() for piece in part.partition(":"))
        if colon and name not in VALUED:
            for_us = name in (TOKEN, "*")
            name, colon, value = value, "", ""
        if for_us and name:
            yield f"{name}: {value}" if colon else name


def _metas(head: bytes) -> Iterator[tuple[str, str]]:
    """Yield (name in lower case, content) of meta elements, outside of comments and scripts, in linear time."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    lower, place = head.lower(), 0
    while found := _START.search(head, place):
        kind = found.group(1).lower()
        end = {b"!--": b"-->", b"meta": b">"}.get(kind, b"</" + kind)
        place = lower.find(end, found.end())
        if place < 0:
            return
        if kind == b"meta":
            yield from _meta(head[found.end() : min(place, found.end() + 4_000)])


def _meta(text: bytes) -> Iterator[tuple[str, str]]:
    found = _ATTRIBUTE.finditer(text.decode("utf-8", "replace"))
    attributes = {match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in found}
    if "name" in attributes:
        yield attributes["name"].strip().lower(), attributes.get("content", "")
