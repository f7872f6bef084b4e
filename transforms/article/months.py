"""Names of months in the languages that news is written in."""

import re
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]{3,}")


def names_month(text: str) -> bool:
    """Tell whether a word of the text is the name of a month, whole or shortened, in some language."""
    return any(word in _months() for word in _WORD.findall(text.casefold()))


@cache
def _months() -> frozenset[str]:
    """Load `months.txt`."""
    lines = Path(__file__).with_name("months.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
