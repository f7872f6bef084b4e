"""Tell pages that hold nothing but the wish to be left: a meta refresh, or a script that shows or fetches the rest."""

import re
from typing import Final

from schemas.records import Refusal

#: Bytes of a page that may be such; longer ones hold something.
LONGEST: Final = 30_000
#: Characters of visible text that make it a page all the same.
ENOUGH: Final = 400
_REFRESH: Final = re.compile(r"<meta\b[^<>]{0,200}http-equiv\s*=\s*[\"']?refresh\b[^<>]{0,2000}", re.IGNORECASE)
_TARGET: Final = re.compile(r"url\s*=\s*[\"']?([^\"'>\s]{1,1000})", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"<script\b", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"<(script|style|template|title)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")


def empty_page(body: bytes) -> Refusal | None:
    """Refuse a page without visible text that sends browsers elsewhere (`meta_refresh`) or needs them (`needs_js`)."""
    if len(body) > LONGEST:
        return None
    html = body.decode("utf-8", "replace")
    refresh = _REFRESH.search(html)
    if not (refresh or _SCRIPT.search(html)):
        return None
    if len(" ".join(_TAG.sub(" ", _HIDDEN.sub(" ", html)).split())) >= ENOUGH:
        return None
    if refresh:
        target = _TARGET.search(refresh[0])
        return Refusal("meta_refresh", f"it only leads on to {target[1]}"[:300] if target else "it only reloads itself")
    return Refusal("needs_js", "it shows nothing without JavaScript")
