"""Plain text of the small marked-up strings in feeds."""

import re
from html import unescape
from typing import Final

#: Characters of a marked-up string that are looked at.
MARKUP_LIMIT: Final = 50_000

_HIDDEN: Final = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>|<!--[^>]*-->", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z!][^<>]*>")
_INLINE: Final = re.compile(r"</?(?:a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.I)
_SPACE: Final = re.compile(r"\s+")
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\ufeff]")


def plain(markup: str) -> str:
    """Return the text of a piece of HTML on one line: tags out, entities decoded, white space collapsed."""
    text = _HIDDEN.sub(" ", markup[:MARKUP_LIMIT])
    return one_line(unescape(_TAG.sub(" ", _INLINE.sub("", text))))


def one_line(text: str) -> str:
    """Collapse white space and drop control characters."""
    return _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()


def is_markup(text: str) -> bool:
    """Tell whether a string holds HTML tags or entities."""
    return bool(
        _TAG.search(text[:MARKUP_LIMIT]) or re.search(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});", text)
    )
