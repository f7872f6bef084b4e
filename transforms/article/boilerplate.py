"""Mark the lines of one document that rules, or the page's own links, tell to be no part of the article."""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, NamedTuple

from schemas.records import Removed
from transforms.article.rules import Rule, matching_rules

HEAD: Final = 6  # lines kept so far within which a line is near the head
TAIL: Final = 8  # lines kept so far within which a line is near the tail
LONGEST: Final = 600  # characters of a line that a rule may take
MOST: Final = 1_000  # lines from either end that rules look at; no article has so many
LONGEST_LINK: Final = 320
LINK_WORDS: Final = 5  # words of a line that is a link and reads like a headline
_REST_SHARE: Final = 0.35  # of the text, which may follow a heading that closes the article
_REST_LINE: Final = 400  # characters of a line that may follow it

_MARKS: Final = "-*•▪●►▶→»›>|·–—▼+ \t"  # of lists, before a line
_ENDS: Final = ".:!…»›>→|* \t"  # that a line may end with or not
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_LABEL = re.compile(r"\s*\[[^\]]{2,20}\]\W*$")
_FOLDED = re.compile(r"[\W_]+")


class LineMarks:
    """The lines of one document and which of them are taken, by what rule; the lines themselves stay."""

    def __init__(
        self,
        lines: list[str],
        links: frozenset[str] = frozenset(),
        domain: str = "",
        off: frozenset[str] = frozenset(),
    ) -> None:
        self.lines = list(lines)
        self.bare = [bare_line(line) if len(line) <= LONGEST else "" for line in lines]
        self.links, self.domain, self.off = links, domain, off
        self.rules: dict[int, str] = {}
        self.cuts: list[Removed] = []  # parts of lines

    def take(self, position: int, rule: str) -> bool:
        """Mark a line as taken by a rule, of which the first counts; False when that rule is off."""
        return rule not in self.off and bool(self.rules.setdefault(position, rule))

    def cut(self, position: int, start: int, stop: int, rule: str) -> None:
        """Take a part out of a line."""
        line = self.lines[position]
        self.cuts.append(Removed(line[start:stop].strip(), rule, position))
        self.lines[position] = (line[:start] + line[stop:]).strip()

    def kept(self, most: int = 0) -> list[int]:
        """List the positions that are still text, the first `most` of them (0: all)."""
        found: list[int] = []
        for position in range(len(self.lines)):
            if position not in self.rules:
                found.append(position)
                if len(found) == most:
                    break
        return found

    def removed(self) -> list[Removed]:
        """List what was taken, in the order of the document."""
        whole = [Removed(self.lines[position], rule, position) for position, rule in self.rules.items()]
        return sorted(whole + self.cuts, key=lambda item: item.position)

    def is_link(self, position: int) -> bool:
        """Tell whether a line is nothing but a link to another page of the site."""
        line = self.lines[position]
        if not self.links or len(line) > LONGEST_LINK:
            return False
        return letters(line) in self.links or (line.endswith("]") and letters(_LABEL.sub("", line)) in self.links)


def bare_line(line: str) -> str:
    """Strip list marks, arrows, outer brackets and closing punctuation, down to what a rule looks at."""
    bare = line.lstrip(_MARKS).rstrip(_ENDS)
    while len(bare) > 2 and bare[0] in "([" and bare[-1] in ")]":
        bare = bare[1:-1].strip().rstrip(_ENDS)
    return bare


def letters(text: str) -> str:
    """Reduce a text to its letters and digits, without case."""
    return _FOLDED.sub("", text).casefold()


def take_by_rules(marks: LineMarks) -> None:
    """Take every line that a rule matches where the rule wants it, with what goes along with it.

    Table rows and long lines are left alone.
    """
    candidates = {
        position: rules
        for position in marks.kept()
        if (position < MOST or position >= len(marks.lines) - MOST)
        and len(marks.lines[position]) <= LONGEST
        and not marks.lines[position].startswith("|")
        and (rules := matching_rules(marks.bare[position], marks.domain, marks.off))
    }
    shape = _shape(marks, candidates)
    for position in sorted(candidates):
        for rule in sorted(candidates[position], key=lambda rule: rule.follows != "rest"):
            if position in marks.rules or not shape.near(position, rule.where):
                continue
            if rule.follows == "rest" and not _may_cut(marks, position, shape):
                continue
            marks.take(position, rule.name)
            _take_followers(marks, position, rule)


def take_links(marks: LineMarks) -> None:
    """Take lines that are links to other articles, as they stand between paragraphs or below the text."""
    for position in marks.kept():
        if marks.is_link(position) and len(_WORD.findall(marks.lines[position])) >= LINK_WORDS:
            marks.take(position, "navigation.link")


def take_separators(marks: LineMarks) -> None:
    """Take lines without a letter or digit from both ends (`___`, `* * *`); between paragraphs they are meant."""
    kept = marks.kept()
    for positions in (kept, kept[::-1]):
        for position in positions:
            if letters(marks.lines[position]):
                break
            marks.take(position, "navigation.separator")


class _Shape(NamedTuple):
    """Where a document's head ends and its tail begins; lines that rules may take do not count as distance."""

    head: int  # last position of the head
    tail: int  # first position of the tail
    plain: list[int]  # positions of the lines that no rule may take
    before: list[int]  # characters before each position

    def near(self, position: int, where: str) -> bool:
        return where == "anywhere" or (position <= self.head if where == "head" else position >= self.tail)


def _shape(marks: LineMarks, candidates: dict[int, list[Rule]]) -> _Shape:
    size = len(marks.lines)
    plain = [position for position in range(size) if position not in candidates]
    head = plain[HEAD - 1] if len(plain) >= HEAD else size
    tail = plain[-TAIL] if len(plain) >= TAIL else 0
    return _Shape(head, tail, plain, list(accumulate(map(len, marks.lines), initial=0)))


def _take_followers(marks: LineMarks, position: int, rule: Rule) -> None:
    for follower in range(position + 1, len(marks.lines)) if rule.follows else ():
        if rule.follows == "links" and not (marks.lines[follower].startswith("- ") or marks.is_link(follower)):
            break
        marks.take(follower, rule.name)


def _may_cut(marks: LineMarks, position: int, shape: _Shape) -> bool:
    """Tell whether what follows a closing heading is small beside the text before it, and mostly no running text."""
    after = shape.plain[bisect_right(shape.plain, position) :]
    if sum(len(marks.lines[other]) for other in after) > _REST_SHARE * shape.before[position]:
        return False
    loose = 0
    for other in after:
        line = marks.lines[other]
        if len(line) >= _REST_LINE:
            return False
        loose += line.startswith("- ") or line[-1:] not in ".!?" or marks.is_link(other)
    return 2 * loose >= len(after)
