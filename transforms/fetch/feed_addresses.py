"""Addresses as feeds and pages write them."""

import re
from typing import Final
from urllib.parse import urljoin

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_ADDRESS: Final = re.compile(r"https?://[^/?#]", re.IGNORECASE)
#: An address that no base changes: RFC 3986 would not touch a thing.
_PLAIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9_~%+,=-][A-Za-z0-9_~%+,=.-]*)+/?")


def http_address(address: str, base: str) -> str:
    """Resolve an address against its base; "" for one that is not http(s), such as `javascript:`."""
    if _PLAIN.fullmatch(address):
        return address
    address = _CONTROLS.sub("", address).strip()
    try:
        found = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return found if _ADDRESS.match(found) else ""


def raw_link(written: str) -> str:
    """Return a link that is not a plain http(s) address, cut short; "" for one that is."""
    return "" if _ADDRESS.match(written) else written[:500]
