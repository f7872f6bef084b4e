"""A scan before parsing: pages on which every HTML parser hangs are refused unread.

One tag with 100,000 attributes, 200,000 links or a million paragraphs keep lxml and all that stands on it busy for
minutes, and no signal interrupts them. Real news pages reach 2.2 MB and some 4,000 tags. Depth is no concern: libxml2
caps it.
"""

import re
from typing import Final

from schemas.records import Refusal

MAX_BYTES: Final = 5_000_000
MAX_TAGS: Final = 50_000
MAX_ATTRIBUTES: Final = 1_000

_TAG = re.compile("<[a-z/]", re.IGNORECASE)
#: A slash parts attributes as white space does (HTML standard, 13.2.5.32).
_ATTRIBUTES: Final = r"""(?:[^>=\s/]++|[\s/]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=){0,MOST}+""".replace(
    "MOST", str(3 * MAX_ATTRIBUTES)
)
#: Everything up to the first tag with too many attributes. A tag is read as by a tokenizer: a quote only counts after
#: `=`, and white space, a name and a value are one step each. Possessive throughout: one pass over any input.
_HARMLESS = re.compile(
    r"""(?:[^<]++
    |<!--(?:(?s:.*?)-->|(?s:.*+))
    |<script\bATTRIBUTES>(?:(?s:.*?)</script|(?s:.*+))
    |<style\bATTRIBUTES>(?:(?s:.*?)</style|(?s:.*+))
    |<(?![a-z])
    |<[a-z]ATTRIBUTES(?:>|\Z)
    )*+""".replace("ATTRIBUTES", _ATTRIBUTES),
    re.IGNORECASE | re.VERBOSE,
)


def check_markup(text: str, size: int) -> Refusal | None:
    """Refuse markup that is too much for a parser; `size` is that of the document in bytes."""
    if size > MAX_BYTES:
        return _too_large(f"{size} bytes, more than {MAX_BYTES}")
    if text.count("<") > MAX_TAGS and sum(1 for _ in _TAG.finditer(text)) > MAX_TAGS:
        return _too_large(f"more than {MAX_TAGS} tags")
    harmless = _HARMLESS.match(text)
    if harmless is not None and harmless.end() < len(text):
        return _too_large(f"a tag with more than {MAX_ATTRIBUTES} attributes")
    return None


def _too_large(reason: str) -> Refusal:
    return Refusal("too_large", reason)
