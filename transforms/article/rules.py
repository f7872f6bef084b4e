"""The curated line rules of `rules.toml`, compiled."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

KINDS: Final = frozenset({"promo", "credit", "navigation", "newsletter", "caption", "legal"})
PLACES: Final = frozenset({"head", "tail", "anywhere"})
FOLLOWS: Final = frozenset({"", "links", "rest"})
LONGEST: Final = 300  # characters of a line that a rule may take which does not say so itself
_PATH = Path(__file__).with_name("rules.toml")


class Rule(NamedTuple):
    """One kind of line that is no part of an article.

    `follows` says what goes with the line: `links`, the list items and bare links right after it; `rest`, all that
    comes after it, when it stands near the end.
    """

    name: str  # `promo.watch-live`: its kind, a dot, what it is about
    where: str  # head | tail | anywhere
    languages: tuple[str, ...]
    pattern: re.Pattern[str]  # of the whole line
    examples: tuple[str, ...]
    counter: str  # a line that it must leave alone
    follows: str = ""
    domains: frozenset[str] = frozenset()  # publishers it is for; empty: all
    needs: tuple[str, ...] = ()  # lower-case texts one of which any such line holds; spares the slow patterns
    longest: int = LONGEST  # characters of a line that it may take

    @property
    def kind(self) -> str:
        """The part of the name before the dot."""
        return self.name.split(".", 1)[0]

    def matches(self, line: str, domain: str = "") -> bool:
        """Tell whether the rule takes the whole line."""
        return self.may_match(line, line.lower(), domain) and self.pattern.fullmatch(line) is not None

    def may_match(self, line: str, lower: str, domain: str) -> bool:
        """Tell cheaply whether it is worth trying the pattern; `lower` is the line in lower case."""
        if len(line) > self.longest or (self.domains and domain not in self.domains):
            return False
        return not self.needs or any(map(lower.__contains__, self.needs))


def matching_rules(line: str, domain: str = "", off: frozenset[str] = frozenset()) -> list[Rule]:
    """List the built-in rules, but for those that are off, that take the whole line, wherever it stands."""
    lower = line.lower()
    return [
        rule
        for rule in load_rules()
        if rule.may_match(line, lower, domain) and rule.pattern.fullmatch(line) and rule.name not in off
    ]


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read and compile the built-in rules; raises ValueError when the file breaks its own form."""
    with _PATH.open("rb") as file:
        table = tomllib.load(file)
    rules = tuple(_rule(entry) for entry in table["rule"])
    if len({rule.name for rule in rules}) < len(rules):
        raise ValueError(f"{_PATH.name}: two rules have one name")
    return rules


def rules_version() -> int:
    """Return the number at the top of `rules.toml`, which goes up whenever a rule changes."""
    with _PATH.open("rb") as file:
        return int(tomllib.load(file)["version"])


def _rule(entry: dict[str, Any]) -> Rule:
    examples, patterns = entry["example"], entry["pattern"]
    patterns = patterns if isinstance(patterns, list) else [patterns]
    rule = Rule(
        name=entry["name"],
        where=entry["where"],
        languages=tuple(entry["languages"]),
        pattern=re.compile("|".join(f"(?:{part})" for part in patterns), re.IGNORECASE),
        examples=tuple(examples) if isinstance(examples, list) else (examples,),
        counter=entry["counter"],
        follows=entry.get("follows", ""),
        domains=frozenset(entry.get("domains", ())),
        needs=tuple(entry.get("needs", ())),
        longest=entry.get("longest", LONGEST),
    )
    if rule.kind not in KINDS or rule.where not in PLACES or rule.follows not in FOLLOWS:
        raise ValueError(f"{_PATH.name}: {rule.name} has an unknown kind, place or follow-up")
    return rule
