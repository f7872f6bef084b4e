"""Take out what is no part of the article's text, whatever kind of input the lines came from."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.records import LineRules, Removed
from transforms.article.boilerplate import (
    LineMarks,
    bare_line,
    letters,
    take_by_rules,
    take_links,
    take_separators,
)
from transforms.article.byline import byline_of
from transforms.article.dateline import is_place, place_of, split_dateline
from transforms.article.extract import Extracted
from transforms.article.line_hash import LONGEST_LEARNED, NONE, line_hash, line_hashes, line_id
from transforms.article.plain_text import find_title
from transforms.article.rules import Rule, load_rules, matching_rules

__all__ = [
    "LONGEST_LEARNED",
    "NO_RULES",
    "PIECES",
    "Stripped",
    "Why",
    "explain",
    "join_again",
    "line_hash",
    "line_hashes",
    "line_id",
    "links_again",
    "rules_for",
    "strip_lines",
]

#: Rules whose removed text is a piece of a line, not all of it.
PIECES: Final = frozenset({"dateline.prefix", "credit.suffix"})
NO_RULES: Final = LineRules({})
_LONGEST_TITLE: Final = 400
_END_CREDIT = re.compile(
    r"\s*\((?:additional )?(?:reporting|writing|editing|compiled|with (?:inputs?|files|reporting))\b[^()]{4,400}\)\s*$",
    re.IGNORECASE,
)


class Stripped(NamedTuple):
    """The text without its boilerplate."""

    lines: list[str]
    removed: list[Removed]
    dateline: str
    credits: str
    title: str


class Why(NamedTuple):
    """What one rule makes of a line."""

    rule: str
    takes: bool
    reason: str


def strip_lines(extracted: Extracted, domain: str = "", rules: LineRules = NO_RULES) -> Stripped:
    """Take out title line, dateline, credits and boilerplate lines.

    `domain` lets rules for one publisher apply; `rules` is what is known of the lines of the publisher: which to take
    beside the built-in rules, and which of those are off.
    What was taken stands in `removed` with its rule and its place in `extracted.lines`, so nothing is lost.
    """
    marks = LineMarks(extracted.lines, extracted.links, domain, rules.off)
    for position, rule in extracted.facts:
        marks.take(position, rule)
    _take_title(marks, extracted)
    known = _known_positions(marks, rules.taken)
    _take_all(marks, {position: rule for position, rule in known.items() if not _says_who_or_where(marks, position)})
    take_by_rules(marks)
    take_links(marks)
    dateline = _take_dateline(marks)
    _take_byline(marks)
    _take_all(marks, known)
    take_separators(marks)
    credits_ = [marks.bare[position] for position in sorted(marks.rules) if marks.rules[position].startswith("credit.")]
    credits_ += _cut_end_credit(marks)
    lines = [marks.lines[position] for position in marks.kept()]
    return Stripped(lines, marks.removed(), dateline, "; ".join(dict.fromkeys(credits_)), extracted.title)


def join_again(lines: Sequence[str], removed: Sequence[Removed]) -> list[str]:
    """Rebuild the lines as they were extracted from the lines of the text and what was taken out of them.

    Between a piece and the line it was cut from stands one space, whatever stood there. Positions that can not be are
    put where there is room.
    """
    whole = {item.position: item.text for item in removed if item.rule not in PIECES}
    rest = iter(lines)
    joined: list[str] = []
    for position in range(len(lines) + len(whole)):
        line = whole.pop(position, None)
        joined += [line] if line is not None else [kept for kept in (next(rest, None),) if kept is not None]
    joined += whole.values()
    for item in removed:
        if item.rule in PIECES and 0 <= item.position < len(joined):
            pair = (item.text, joined[item.position])
            joined[item.position] = " ".join(pair if item.rule == "dateline.prefix" else reversed(pair))
    return joined


def links_again(lines: Sequence[str], removed: Sequence[Removed], off: frozenset[str] = frozenset()) -> frozenset[str]:
    """Tell what links of a page its removed lines show, as `Extracted.links` has them, to strip joined lines again.

    They are the lines taken as links and those that went along with a heading whose rule is not `off`; of what stood
    below a closing heading only what does not stand among the `lines` of the text too.
    """
    kept = set(map(letters, lines))
    follows = {rule.name: rule.follows for rule in load_rules() if rule.follows and rule.name not in off}
    links = {letters(item.text) for item in removed if item.rule == "navigation.link"}
    for item in removed:
        if item.rule in follows and not rules_for(item.text):
            links |= {letters(item.text)} - (kept if follows[item.rule] == "rest" else set())
    return frozenset(links)


def explain(line: str, rules: LineRules = NO_RULES, domain: str = "") -> list[Why]:
    """Tell which rules would take a line of a publisher, first those that do, and why others just don't.

    What it takes to be a rule's line beside its words, the place in the text, is told in the reason.
    """
    text = " ".join(line.split())
    found = [Why(rule, True, "it is known by its words, wherever it stands") for rule in _known_rules(text, rules)]
    found += [_why_built_in(rule, text, domain) for rule in load_rules() if rule.pattern.fullmatch(bare_line(text))]
    found += _why_place_or_name(text)
    found = [Why(why.rule, False, "the rule is off") if why.rule in rules.off else why for why in found]
    if not any(why.takes for why in found) and len(text) > LONGEST_LEARNED:
        found.append(Why("learned", False, f"{len(text)} characters: none of more than {LONGEST_LEARNED} is learned"))
    if not any(why.takes for why in found) and find_title([text, "-" * 2 * _LONGEST_TITLE]):
        found.append(Why("title", False, "only where it repeats the page's headline, among the first three lines"))
    return sorted(found, key=lambda why: not why.takes)


def _known_rules(text: str, rules: LineRules) -> list[str]:
    rule = rules.taken.get(line_hash(text), "")
    return [rule] if rule and line_hash(text) != NONE else []


def _why_built_in(rule: Rule, text: str, domain: str) -> Why:
    if rule.domains and domain not in rule.domains:
        return Why(rule.name, False, f"only for {', '.join(sorted(rule.domains))}")
    if len(text) > rule.longest:
        return Why(rule.name, False, f"{len(text)} characters, more than the {rule.longest} that it may have")
    if text.startswith("|"):
        return Why(rule.name, False, "it is the row of a table")
    reason = {"head": "near the head of the text", "tail": "near its tail"}.get(rule.where, "wherever it stands")
    follows = {"links": ", with the list after it", "rest": ", with what follows where that is small"}
    return Why(rule.name, True, reason + follows.get(rule.follows, ""))


def _why_place_or_name(text: str) -> list[Why]:
    """Explain what is taken for a place, names or credits, or for want of letters."""
    found = []
    prefix = None if is_place(text) else split_dateline(text)
    credit = _END_CREDIT.search(text)
    if is_place(text):
        found.append(Why("dateline", True, "a place alone on the first line, with text after it"))
    if prefix:
        found.append(Why("dateline.prefix", True, f"{text[: prefix.length].strip()!r} in one of the first two lines"))
    if byline_of(bare_line(text)):
        found.append(Why("credit.byline", True, "nothing but names, among the first three lines"))
    if credit and credit.start():
        found.append(Why("credit.suffix", True, f"{credit[0].strip()!r} at the end of the last line"))
    if text and not letters(text):
        found.append(Why("navigation.separator", True, "no letter in it, before or after all text"))
    return found


def rules_for(line: str, domain: str = "") -> list[Rule]:
    """List the built-in rules that would take a line in the right place."""
    return matching_rules(bare_line(line), domain)


def _known_positions(marks: LineMarks, taken: dict[bytes, str]) -> dict[int, str]:
    """Find the lines that are known by their hash; none where nothing would be left of the text without them."""
    kept = marks.kept() if taken else []
    found = {
        position: taken[hashed]
        for position in kept
        if (hashed := line_hash(marks.lines[position])) in taken and hashed != NONE
    }
    return found if any(letters(marks.lines[position]) for position in kept if position not in found) else {}


def _says_who_or_where(marks: LineMarks, position: int) -> bool:
    """Tell whether another step may make a dateline or credits of a line, which are kept."""
    line = marks.bare[position]
    return is_place(line) or bool(byline_of(line)) or any(rule.kind == "credit" for rule in rules_for(line))


def _take_all(marks: LineMarks, found: dict[int, str]) -> None:
    for position, rule in found.items():
        marks.take(position, rule)


def _take_title(marks: LineMarks, extracted: Extracted) -> None:
    """Take the headline where it stands again at the top, in any of the forms in which the page gives it."""
    names = {letters(name) for name in (extracted.title, *extracted.headlines)} - {""}
    for position in marks.kept(3):
        line = marks.lines[position]
        if len(line) <= _LONGEST_TITLE and any(_same_title(letters(line), name) for name in names):
            marks.take(position, "title")


def _same_title(line: str, title: str) -> bool:
    """Tell whether the letters of a line are those of a headline, perhaps with a short kicker before or behind it."""
    if line == title:
        return True
    short, long = sorted((line, title), key=len)
    return len(short) >= 15 and len(short) >= 0.6 * len(long) and (long.endswith(short) or long.startswith(short))


def _take_dateline(marks: LineMarks) -> str:
    """Take the place alone on the first line, or the prefix of one of the first two paragraphs."""
    kept = marks.kept(2)
    if len(kept) > 1 and is_place(marks.lines[kept[0]]) and marks.take(kept[0], "dateline"):
        return place_of(marks.lines[kept[0]])
    for position in kept if "dateline.prefix" not in marks.off else ():
        found = split_dateline(marks.lines[position])
        if found is not None:
            marks.cut(position, 0, found.length, "dateline.prefix")
            return found.place
    return ""


def _take_byline(marks: LineMarks) -> None:
    for position in marks.kept(3):
        if byline_of(marks.bare[position]):
            marks.take(position, "credit.byline")


def _cut_end_credit(marks: LineMarks) -> list[str]:
    """Cut a credit in brackets off the end of the last paragraph."""
    kept = marks.kept()
    match = _END_CREDIT.search(marks.lines[kept[-1]][-600:]) if kept else None
    if match is None or not match.start() or "credit.suffix" in marks.off:
        return []
    stop = len(marks.lines[kept[-1]])
    marks.cut(kept[-1], stop - len(match[0]), stop, "credit.suffix")
    return [bare_line(match[0].strip())]
