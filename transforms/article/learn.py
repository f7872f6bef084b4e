"""Learn which lines of one publisher recur in different articles, and are therefore no part of any.

Only hashes are looked at (`line_hash`), so that it costs no text to learn from the articles of an earlier run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import ceil
from typing import Final, Literal, NamedTuple

from transforms.article.line_hash import NONE, is_body, is_learnable, is_prose, split_hashes, width_of

LEAST: Final = 2  # different articles that teach a line
SHARE: Final = 0.02  # of the publisher's articles, which must hold it too
LEAST_PROSE: Final = 4  # different articles that teach a line which might be a paragraph
SHARE_PROSE: Final = 0.4  # of the publisher's articles, which must hold that
_SAME: Final = 0.5  # of the shorter article is in lines of both: they are versions of one
_THIN: Final = 0.34  # of an article are its own: too little to tell it from another by that alone
_TEMPLATE: Final = 4  # articles that hold a line: it tells little about two of them
_BACKGROUND: Final = 2  # rare paragraphs that two articles share: they are on one topic
_RARE: Final = 3  # articles that hold a rare line
_KEPT: Final = 0.5  # of the articles it took to learn a line are enough to go on with it


class LineSketch(NamedTuple):
    """What learning sees of an article."""

    article_id: str
    hashes: bytes  # of `line_hash.line_hashes`
    signature: bytes = b""  # of the text: articles of one signature are one


class LearnedLine(NamedTuple):
    """A line that recurs."""

    line_hash: bytes
    articles: int  # different articles that hold it; versions of one article count once
    status: Literal["learned", "candidate"]  # candidate: one more article would teach it


def learn_lines(articles: Sequence[LineSketch], known: Mapping[bytes, str] | None = None) -> list[LearnedLine]:
    """Tell which lines of one publisher's articles are learned, and which nearly are.

    `articles` are its latest ones; of two with one `article_id` the later counts. `known` has the status of lines that
    are known already: `own` and `forgotten` ones are passed over, a `learned` one stays so on half the evidence, and
    comes back as `candidate` when it has less. The order of the articles does not matter otherwise.

    A heading or a slogan is learned from 2 articles, what might be a paragraph from 4, since a paragraph of background
    recurs in the reports on one topic; both need a share of the articles, so that chance does not teach once there are
    many. Versions of one article count once, and so do, for paragraphs, articles that share more than one rare
    paragraph.
    """
    known = known or {}
    lines = _lines_by_article(articles)
    holders = _holders(lines)
    teachers = _groups(lines, _versions(lines))
    topics = _groups(lines, [*teachers.items(), *_same_topic(holders)])
    count = len(set(teachers.values()))
    found = []
    for hashed, ids in holders.items():
        status = known.get(hashed, "")
        if status in {"own", "forgotten"} or not is_learnable(hashed):
            continue
        groups = topics if is_prose(hashed) else teachers
        taught_by = len({groups[article_id] for article_id in ids})
        learned = _judge(hashed, taught_by, count, status)
        if learned:
            found.append(learned)
    return sorted(found)


def articles_needed(hashed: bytes, articles: int) -> int:
    """Tell how many different ones out of so many articles of a publisher must hold a line to teach it."""
    least, share = (LEAST_PROSE, SHARE_PROSE) if is_prose(hashed) else (LEAST, SHARE)
    return max(least, ceil(share * articles))


def _judge(hashed: bytes, taught_by: int, articles: int, status: str) -> LearnedLine | None:
    needed = articles_needed(hashed, articles)
    if taught_by >= needed or (status == "learned" and taught_by >= max(LEAST, _KEPT * needed)):
        return LearnedLine(hashed, taught_by, "learned")
    if taught_by >= max(LEAST, needed - 1) or status == "learned":
        return LearnedLine(hashed, taught_by, "candidate")
    return None


def _lines_by_article(articles: Sequence[LineSketch]) -> dict[str, frozenset[bytes]]:
    """List the different lines of each article; long ones, which can not be learned, tell versions apart."""
    latest = {article.article_id: article for article in articles}
    by_signature: dict[bytes, str] = {}
    lines = {}
    for article_id in sorted(latest):
        signature = latest[article_id].signature
        if signature and by_signature.setdefault(signature, article_id) != article_id:
            continue
        lines[article_id] = frozenset(split_hashes(latest[article_id].hashes)) - {NONE}
    return lines


def _holders(lines: Mapping[str, frozenset[bytes]]) -> dict[bytes, list[str]]:
    holders: dict[bytes, list[str]] = defaultdict(list)
    for article_id, hashes in lines.items():
        for hashed in hashes:
            holders[hashed].append(article_id)
    return {hashed: ids for hashed, ids in holders.items() if len(ids) > 1}


def _versions(lines: Mapping[str, frozenset[bytes]]) -> list[tuple[str, str]]:
    """Pair the articles that have at least half of the shorter one's paragraphs in common, by their width.

    Paragraphs that several articles hold are left out, unless little is left without them. An article without any
    paragraph is compared by all of its lines.
    """
    bodies = {article_id: frozenset(filter(is_body, hashes)) or hashes for article_id, hashes in lines.items()}
    holders = _holders(bodies)
    template = {hashed for hashed, ids in holders.items() if len(ids) >= _TEMPLATE}
    whole = {article_id: _weight(hashes) for article_id, hashes in bodies.items()}
    own = {article_id: _weight(hashes - template) for article_id, hashes in bodies.items()}
    pairs = []
    for one, two in {pair for ids in holders.values() for pair in combinations(sorted(ids), 2)}:
        thin = min(own[one] / max(1, whole[one]), own[two] / max(1, whole[two])) < _THIN
        common = bodies[one] & bodies[two]
        size, shared = (whole, _weight(common)) if thin else (own, _weight(common - template))
        if shared >= _SAME * max(1, min(size[one], size[two])):
            pairs.append((one, two))
    return pairs


def _same_topic(holders: Mapping[bytes, list[str]]) -> list[tuple[str, str]]:
    """Pair the articles that share more than one paragraph which hardly any other holds."""
    shared: Counter[tuple[str, str]] = Counter()
    for hashed, ids in holders.items():
        if len(ids) <= _RARE and is_body(hashed):
            shared.update(combinations(sorted(ids), 2))
    return [pair for pair, count in shared.items() if count >= _BACKGROUND]


def _weight(hashes: Iterable[bytes]) -> int:
    return sum(map(width_of, hashes))


def _groups(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each article the least id of those it is tied to, directly or through others."""
    parent = {article_id: article_id for article_id in ids}

    def root(article_id: str) -> str:
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    for pair in pairs:
        first, second = sorted(map(root, pair))
        parent[second] = first
    return {article_id: root(article_id) for article_id in parent}
