"""Take out the lines that are no part of the article, whatever kind of input they came from."""

import re
from hashlib import blake2b
from typing import Final, NamedTuple

from schemas.records import Removed
from transforms.article.dateline import is_place, place_of, split_dateline
from transforms.article.extract import Extracted
from transforms.article.plain_text import byline_of
from transforms.article.rules import Rule, matching_rules

HEAD: Final = 6  # lines kept so far within which a line is near the head
TAIL: Final = 8  # lines kept so far within which a line is near the tail
LONGEST: Final = 600  # characters of a line that a rule may take
LONGEST_LEARNED: Final = 400
LONGEST_LINK: Final = 320
LINK_WORDS: Final = 5  # words of a line that is a link and reads like a headline
_REST_SHARE: Final = 0.35  # of the text, which may follow a heading that closes the article

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_LABEL = re.compile(r"\s*\[[^\]]{2,20}\]\W*$")
_MARKS: Final = "-*•▪●►▶→»›>|·–—▼+ \t"  # of lists, before a line
_ENDS: Final = ".:!…»›>→|* \t"  # that a line may end with or not
_FOLDED = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_INLINE_CREDIT = re.compile(
    r"\s*\((?:additional )?(?:reporting|writing|editing|compiled|with inputs?|with files|with reporting)\b[^()]{4,400}\)\s*$",
    re.IGNORECASE,
)


class Stripped(NamedTuple):
    """The text without its boilerplate."""

    lines: list[str]
    removed: list[Removed]
    dateline: str
    credits: str
    title: str


class _Work:
    """The lines of one document, those taken so far, and by what rule."""

    def __init__(self, extracted: Extracted, domain: str) -> None:
        self.lines = list(extracted.lines)
        self.bare = [_bare(line) for line in self.lines]
        self.rules: dict[int, str] = {}
        self.links, self.domain = extracted.links, domain
        self.removed: list[Removed] = []

    def take(self, position: int, rule: str) -> None:
        """Mark a line as taken by a rule; the first one counts."""
        self.rules.setdefault(position, rule)

    def kept(self) -> list[int]:
        """List the positions that are still text."""
        return [position for position in range(len(self.lines)) if position not in self.rules]


def strip_lines(extracted: Extracted, domain: str = "", learned: frozenset[bytes] = frozenset()) -> Stripped:
    """Take out title line, dateline, credits and boilerplate lines.

    `domain` lets rules for one publisher apply; `learned` holds the hashes (`line_hash`) of lines that recur there.
    What was taken stands in `removed` with its rule and its place in `extracted.lines`, so nothing is lost.
    """
    work = _Work(extracted, domain)
    for position, line in enumerate(work.lines):
        if learned and len(line) <= LONGEST_LEARNED and line_hash(line) in learned:
            work.take(position, "learned")
    _take_title(work, extracted)
    _take_by_rules(work)
    _take_links(work)
    dateline = _take_dateline(work)
    _take_byline(work)
    _take_separators(work)
    credit = _credits(work)
    _end_credit(work, credit)
    removed = work.removed + [Removed(work.lines[position], rule, position) for position, rule in work.rules.items()]
    lines = [work.lines[position] for position in work.kept()]
    return Stripped(
        lines, sorted(removed, key=lambda item: item.position), dateline, "; ".join(credit), extracted.title
    )


def line_hash(line: str) -> bytes:
    """Hash a line to 8 bytes that stay the same on every machine; all digits count as one."""
    return blake2b(_DIGIT.sub("0", " ".join(line.split())).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def rules_for(line: str, domain: str = "") -> list[Rule]:
    """List the built-in rules that would take a line in the right place."""
    return matching_rules(_bare(line), domain)


def _bare(line: str) -> str:
    """Strip list marks, arrows, outer brackets and closing punctuation, down to what a rule looks at."""
    bare = line.lstrip(_MARKS).rstrip(_ENDS)
    while len(bare) > 2 and bare[0] in "([" and bare[-1] in ")]":
        bare = bare[1:-1].strip().rstrip(_ENDS)
    return bare


def _folded(text: str) -> str:
    return _FOLDED.sub("", text).casefold()


def _take_title(work: _Work, extracted: Extracted) -> None:
    """Take the headline where it stands again at the top, in any of the forms in which the page gives it."""
    names = {_folded(name) for name in (extracted.title, *extracted.headlines) if name}
    names.discard("")
    for position in work.kept()[:3]:
        folded = _folded(work.lines[position])
        if folded and len(work.lines[position]) <= 400 and any(_same_title(folded, name) for name in names):
            work.take(position, "title")


def _same_title(line: str, title: str) -> bool:
    """Tell whether a folded line is a folded headline, perhaps with a short kicker before or behind it."""
    if line == title:
        return True
    short, long = sorted((line, title), key=len)
    return len(short) >= 15 and len(short) >= 0.6 * len(long) and (long.endswith(short) or long.startswith(short))


def _take_by_rules(work: _Work) -> None:
    candidates = {
        position: rules
        for position in work.kept()
        if len(work.lines[position]) <= LONGEST
        and not work.lines[position].startswith("|")
        and (rules := matching_rules(work.bare[position], work.domain))
    }
    for position in sorted(candidates):
        for rule in candidates[position]:
            if position in work.rules or not _in_place(work, position, rule.where, candidates):
                continue
            if rule.follows == "rest" and not _may_cut(work, position, candidates):
                continue
            work.take(position, rule.name)
            _take_followers(work, position, rule)


def _in_place(work: _Work, position: int, where: str, candidates: dict[int, list[Rule]]) -> bool:
    """Tell whether a line stands near enough to the head or the tail; lines that rules may take do not count."""
    if where == "anywhere":
        return True
    if where == "head":
        return sum(before not in work.rules for before in range(position)) < HEAD
    return sum(after not in candidates for after in range(position + 1, len(work.lines))) < TAIL


def _take_followers(work: _Work, position: int, rule: Rule) -> None:
    after = range(position + 1, len(work.lines))
    if rule.follows == "links":
        for follower in after:
            if not (work.lines[follower].startswith("- ") or _is_link(work, follower)):
                break
            work.take(follower, rule.name)
    elif rule.follows == "rest":
        for follower in after:
            work.take(follower, rule.name)


def _may_cut(work: _Work, position: int, candidates: dict[int, list[Rule]]) -> bool:
    """Tell whether what follows a closing heading is small beside the text before it, and mostly no running text."""
    before = sum(len(work.lines[other]) for other in range(position))
    after = [other for other in range(position + 1, len(work.lines)) if other not in candidates]
    lines = [work.lines[other] for other in after]
    if sum(map(len, lines)) > _REST_SHARE * before or any(len(line) >= 400 for line in lines):
        return False
    loose = sum(
        line.startswith("- ") or line[-1] not in ".!?" or _is_link(work, other)
        for other, line in zip(after, lines, strict=True)
    )
    return 2 * loose >= len(after)


def _take_links(work: _Work) -> None:
    for position in work.kept():
        if _is_link(work, position) and len(_WORD.findall(work.lines[position])) >= LINK_WORDS:
            work.take(position, "navigation.link")


def _is_link(work: _Work, position: int) -> bool:
    line = work.lines[position]
    if not work.links or len(line) > LONGEST_LINK:
        return False
    return _folded(line) in work.links or (line.endswith("]") and _folded(_LABEL.sub("", line)) in work.links)


def _take_dateline(work: _Work) -> str:
    kept = work.kept()
    if len(kept) > 1 and is_place(work.lines[kept[0]]):
        work.take(kept[0], "dateline")
        return place_of(work.lines[kept[0]])
    for position in kept[:2]:
        found = split_dateline(work.lines[position])
        if found is not None:
            work.removed.append(Removed(work.lines[position][: found.length], "dateline", position))
            work.lines[position] = work.lines[position][found.length :]
            return found.place
    return ""


def _take_byline(work: _Work) -> None:
    for position in work.kept()[:3]:
        if byline_of(work.bare[position]):
            work.take(position, "credit.byline")


def _take_separators(work: _Work) -> None:
    """Take lines without a letter or digit from both ends (`___`, `* * *`); between paragraphs they are the author's."""
    for positions in (work.kept(), work.kept()[::-1]):
        for position in positions:
            if _folded(work.lines[position]):
                break
            work.take(position, "navigation.separator")


def _credits(work: _Work) -> list[str]:
    taken = sorted(position for position, rule in work.rules.items() if rule.startswith("credit."))
    return list(dict.fromkeys(work.bare[position] for position in taken))


def _end_credit(work: _Work, credit: list[str]) -> None:
    """Take a credit in brackets from the end of the last paragraph."""
    kept = work.kept()
    match = _INLINE_CREDIT.search(work.lines[kept[-1]]) if kept else None
    if match is not None and match.start() > 0:
        position = kept[-1]
        work.removed.append(Removed(match[0].strip(), "credit.reporting-by", position))
        work.lines[position] = work.lines[position][: match.start()]
        credit.append(_bare(match[0].strip()))
