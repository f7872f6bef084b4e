"""Language tags, whatever their form, to ISO 639-1."""

import re

import pycountry

_OLD = {"iw": "he", "in": "id", "nb": "no", "nn": "no"}


def language_code(raw: str) -> str:
    """Reduce a language tag (BCP 47, an ISO 639-2 code or an English name) to ISO 639-1; "" when it is none."""
    head = re.split(r"[-_,;\s]", raw.strip(), maxsplit=1)[0].lower()
    head = _OLD.get(head, head)
    if len(head) == 2:
        return head if pycountry.languages.get(alpha_2=head) else ""
    found = None
    if len(head) == 3 and head.isascii() and head.isalpha():
        found = pycountry.languages.get(alpha_3=head) or pycountry.languages.get(bibliographic=head)
    elif head:
        found = pycountry.languages.get(name=raw.strip().capitalize())
    return getattr(found, "alpha_2", "")
