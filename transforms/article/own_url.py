"""Tell whether an address names one document."""

from typing import Final
from urllib.parse import urlsplit

from transforms.fetch.urls import url_key

LONGEST: Final = 2000


def usable_url(url: object) -> str:
    """Return the address, trimmed, when a document can be keyed by it, else "".

    It can not when it is no text, relative, not http(s), without a host, on this very machine, longer than 2,000
    characters, or the root of a site: lazy templates and feeds give the same root for every page.
    """
    if not isinstance(url, str):
        return ""
    url = url.strip()
    if len(url) > LONGEST or any(ord(char) <= 32 or 0xD800 <= ord(char) < 0xE000 for char in url):
        return ""
    try:
        key = urlsplit(url_key(url))
    except ValueError:
        return ""
    return url if key.hostname != "localhost" and (key.path.strip("/") or key.query or key.fragment) else ""
