"""The signs of pages that stand in the place of an article: `walls.toml`, ready to be tried."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_LONGEST_TITLE: Final = 160  # characters of a title that are looked at


class Wall(NamedTuple):
    """One kind of page that is no article."""

    outcome: str
    reason: str
    title: re.Pattern[str]
    signs: tuple[re.Pattern[str], ...]

    def is_titled(self, titles: tuple[str, ...]) -> bool:
        """Tell whether one of the page's titles is that of such a page, perhaps with the name of the site."""
        return any(len(title) <= _LONGEST_TITLE and self.title.fullmatch(title) for title in titles)

    def shown(self, text: str) -> int:
        """Count the signs that a text shows."""
        return sum(sign.search(text) is not None for sign in self.signs)


@cache
def read_walls() -> dict[str, Wall]:
    """Load the kinds of `walls.toml` by name."""
    tables = tomllib.loads(Path(__file__).with_name("walls.toml").read_text(encoding="utf-8"))
    return {name: _wall(table) for name, table in tables.items()}


def _wall(table: dict[str, Any]) -> Wall:
    titles = "|".join(table["titles"]) or "(?!)"
    return Wall(
        table["outcome"],
        table["reason"],
        re.compile(rf"\W*(?:.{{1,30}} [|–—:·-] )?(?:{titles})(?!\w)\W*(?: ?[|–—:·-] .{{1,50}})?", re.IGNORECASE),
        tuple(re.compile("|".join(sign), re.IGNORECASE) for sign in table["signs"]),
    )
