"""Measure how well stories are told apart, and what it costs: pairwise F1 over generated near-duplicates.

    [NEWSBEAM_DATA=…] python -m benchmarks.duplicates [--originals N] [--json FILE]

Originals: invented articles in scripts with and without spaces, from a fixed seed; with NEWSBEAM_DATA also the texts of
its pages. Of each original come copies (cut to 40-70 %, a tenth to a fifth of the words edited, an agency's lines
around it, paragraphs in another order, other headline and names, several of these at once) and others that are no
copies: a different article with one paragraph of it, or with a quote from it. Forms filled in anew (weather, results,
markets) and a notice under a fifth of all articles are there to mislead. Every pair of articles is right or wrong.

Beside ours, in the same run and on the same texts: trafilatura's Simhash, and datasketch's and rensa's MinHash where
they are installed, each with the threshold that suits it best, which is chosen with the truth in sight (ours is not).
"""

import argparse
import importlib.util
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from transforms.article.signature import signature
from transforms.article.stories import Told, tell_stories

START = datetime(2026, 11, 1, tzinfo=UTC)
WANTED_F1 = 0.98


class Tongue(NamedTuple):
    """A made-up language: its words, the frequent ones first, and what stands between two of them."""

    words: list[str]
    space: str = " "


class Document(NamedTuple):
    """A generated article, the story it tells, and how it was made."""

    text: str
    story: int
    made: str


ALPHABETS = {
    "latin": ("bcdfghjklmnprstvwz", "aeiouäéøı"),
    "cyrillic": ("бвгджзклмнпрстфхцчш", "аеиоуыэюя"),
    "arabic": ("بتثجحخدذرزسشصضطظعغفقكلمنه", "اوي"),
    "hindi": ("कखगघचछजटडतदनपबमयरलवसह", "ािीुूेो"),
}


def tongues(rng: random.Random) -> dict[str, Tongue]:
    """Invent a language for each alphabet, one of signs without spaces, and one like Thai."""
    made: dict[str, Tongue] = {}
    for name, (consonants, vowels) in ALPHABETS.items():
        words = {
            "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.choice((1, 2, 2, 3, 3, 4))))
            for _ in range(9000)
        }
        made[name] = Tongue(sorted(sorted(words), key=lambda word: (len(word) > 4, rng.random())))
    signs = [chr(code) for code in rng.sample(range(0x4E00, 0x9000), 2500)]
    made["signs"] = Tongue(sorted({"".join(rng.choices(signs, k=rng.choice((1, 2, 2, 3)))) for _ in range(6000)}), "")
    thai = [chr(code) for code in range(0x0E01, 0x0E2F)], [chr(code) for code in (0x0E30, 0x0E32, 0x0E34, 0x0E35)]
    made["thai"] = Tongue(
        sorted({"".join(rng.choice(thai[0]) + rng.choice(thai[1]) for _ in range(rng.choice((1, 2, 3))))
                for _ in range(6000)}), ""
    )  # fmt: skip
    return made


class Writer:
    """Writes articles in one language: words by Zipf's law, some of them of the article's own subject."""

    def __init__(self, tongue: Tongue, rng: random.Random, spare: list[list[list[str]]] | None = None) -> None:
        self.tongue, self.rng, self.spare = tongue, rng, spare
        self._weights = [1 / (rank + 3) for rank in range(len(tongue.words))]

    def words(self, count: int) -> list[str]:
        """Draw words as they are frequent."""
        return self.rng.choices(self.tongue.words, self._weights, k=count)

    def article(self, paragraphs: int) -> list[list[str]]:
        """Write a headline and paragraphs, each a list of words; or take a spare article, which is then used up."""
        if self.spare is not None:
            return self.spare.pop()
        subject = self.rng.sample(self.tongue.words, 60)
        return [self.words(8), *(self.paragraph(subject) for _ in range(paragraphs))]

    def paragraph(self, subject: list[str]) -> list[str]:
        """Write two to four sentences."""
        written: list[str] = []
        for _ in range(self.rng.randint(2, 4)):
            for word in self.words(self.rng.randint(8, 24)):
                kind = self.rng.random()
                number = str(self.rng.choice((self.rng.randint(1, 40), self.rng.randint(100, 9999))))
                written.append(number if kind < 0.02 else self.rng.choice(subject) if kind < 0.25 else word)
            written[-1] += "."
        return written

    def edited(self, words: list[str], share: float) -> list[str]:
        """Replace, leave out or add words."""
        out: list[str] = []
        for word in words:
            kind = self.rng.random() / share
            out += (
                [word] if kind >= 1 else self.words(1) if kind < 0.6 else [] if kind < 0.8 else [word, *self.words(1)]
            )
        return out

    def renamed(self, article: list[list[str]]) -> list[list[str]]:
        """Give it another headline and other names, wherever they stand."""
        rare = [word for word, _ in Counter(word for part in article for word in part).most_common()[20:]]
        names = dict(zip(self.rng.sample(rare, 4), self.words(4), strict=True))
        return [self.words(8), *([names.get(word, word) for word in part] for part in article[1:])]

    def text(self, article: list[list[str]]) -> str:
        """Write it down, a line a paragraph."""
        return "\n".join(self.tongue.space.join(part) for part in article if part)


def cut(article: list[list[str]], share: float) -> list[list[str]]:
    """Keep the first part of its words."""
    left = int(sum(map(len, article)) * share)
    out: list[list[str]] = []
    for part in article:
        out.append(part[: max(0, left)])
        left -= len(part)
    return out


def copies(writer: Writer, article: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    """Make the near-duplicates of an article."""
    rng = writer.rng
    agency = [writer.words(rng.randint(4, 25))], [writer.words(rng.randint(10, 40))]

    def edits(share: float) -> list[list[str]]:
        return [writer.edited(part, share) for part in article]

    yield "cut", cut(article, rng.uniform(0.4, 0.7))
    yield "edited", edits(rng.uniform(0.1, 0.2))
    yield "agency", [*agency[0], *article, *agency[1]]
    yield "reordered", [article[0], *rng.sample(article[1:], len(article) - 1)]
    yield "renamed", writer.renamed(article)
    yield "mixed", [*agency[0], *cut(edits(0.1), rng.uniform(0.5, 0.8))]


def misleading(writer: Writer, article: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    """Make articles of other stories that share a paragraph or a quote with this one."""
    rng = writer.rng
    paragraphs = max(4, len(article) - 1)
    other = writer.article(paragraphs)
    other.insert(rng.randint(1, len(other)), rng.choice(article[1:]))
    yield "background", other
    other = writer.article(paragraphs)
    for at in rng.sample(range(1, len(other)), 2):
        quoted = rng.choice(article[1:])
        other[at] = [*other[at], *quoted[: max(6, len(quoted) // 2)]]
    yield "quotes", other


def forms(writer: Writer, count: int) -> Iterator[list[list[str]]]:
    """Fill in one form again and again: one word in six a number or a name of its own."""
    frame = [writer.words(8), *(writer.words(writer.rng.randint(20, 40)) for _ in range(3))]
    for _ in range(count):
        yield [[writer.rng.choice((str(writer.rng.randint(1, 99)), *writer.words(1))) if at % 6 == 4 else word
                for at, word in enumerate(part)] for part in frame]  # fmt: skip


def generate(bases: list[tuple[Writer, list[list[str]]]], rng: random.Random) -> list[Document]:
    """Make the set from its originals, in an order by chance."""
    out: list[Document] = []
    notices = {id(writer): writer.words(60) for writer, _ in bases}

    def put(writer: Writer, article: list[list[str]], made: str, story: int) -> None:
        long = sum(map(len, article)) > 200 and rng.random() < 0.2
        out.append(Document(writer.text([*article, notices[id(writer)]] if long else article), story, made))

    stories = iter(range(10**9))
    for writer, article in bases:
        story = next(stories)
        put(writer, article, "original", story)
        for made, copy in rng.sample(list(copies(writer, article)), 3):
            put(writer, copy, made, story)
        for made, other in misleading(writer, article):
            put(writer, other, made, next(stories))
    for writer in list({id(writer): writer for writer, _ in bases}.values())[:12]:
        for filled in forms(writer, 6):
            put(writer, filled, "form", next(stories))
    rng.shuffle(out)
    return out


def invented(count: int, rng: random.Random) -> list[tuple[Writer, list[list[str]]]]:
    """Write originals in every made-up language."""
    writers = [Writer(tongue, rng) for tongue in tongues(rng).values()]
    return [(writer, writer.article(rng.randint(4, 14))) for at in range(count) for writer in [writers[at % 6]]]


def real(data: Path, count: int, rng: random.Random) -> list[tuple[Writer, list[list[str]]]]:
    """Take the texts of pages with five lines and a hundred words at least; two thirds are kept to mislead with."""
    texts: dict[str, list[list[str]]] = {}
    for name in ("aeb", "fe", "ft"):
        for line in (data / "pages" / name / "truth.jsonl").read_text("utf-8").splitlines():
            text = json.loads(line)["text"]
            article = [part.split() for part in text.split("\n") if part.strip()]
            if len(article) >= 5 and len(text.split()) >= 100:
                texts.setdefault(text[:60], article)
    usable = rng.sample(list(texts.values()), len(texts))
    count = min(count, len(usable) // 3)
    spare = usable[count:]
    return [
        (Writer(Tongue(list(dict.fromkeys(word for part in article for word in part))), rng, spare), article)
        for article in usable[:count]
    ]


def ours(documents: list[Document]) -> list[str]:
    """Tell stories from signatures."""
    new = [
        Told(f"{at:06}", signature(document.text), START + timedelta(minutes=at))
        for at, document in enumerate(documents)
    ]
    return [cluster.story_id for cluster in tell_stories(new, [])]


def simhash(documents: list[Document]) -> list[tuple[float, int]]:
    """Find the nearest earlier article by trafilatura's Simhash, among all."""
    import numpy as np
    from trafilatura.deduplication import Simhash

    hashes = np.array([Simhash(document.text).hash for document in documents], np.uint64)
    near: list[tuple[float, int]] = [(0.0, -1)]
    for at in range(1, len(hashes)):
        distances = np.bitwise_count(hashes[:at] ^ hashes[at])
        best = int(distances.argmin())
        near.append((1 - int(distances[best]) / 64, best))
    return near


def datasketch(documents: list[Document]) -> list[tuple[float, int]]:
    """Find the nearest earlier article by datasketch's MinHash of three-word shingles, 128 permutations."""
    from datasketch import MinHash, MinHashLSH

    index, hashes = MinHashLSH(threshold=0.3, num_perm=128), []
    near: list[tuple[float, int]] = []
    for at, document in enumerate(documents):
        minhash = MinHash(num_perm=128)
        minhash.update_batch([shingle.encode() for shingle in shingles(document.text)])
        near.append(max(((minhash.jaccard(hashes[other]), other) for other in index.query(minhash)), default=(0, -1)))
        index.insert(at, minhash)
        hashes.append(minhash)
    return near


def rensa(documents: list[Document]) -> list[tuple[float, int]]:
    """Find candidates by rensa's MinHash, 128 permutations in 64 bands; then the share of the shorter *text*."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.3, num_perm=128, num_bands=64)
    sets: list[set[str]] = []
    near: list[tuple[float, int]] = []
    for at, document in enumerate(documents):
        mine = shingles(document.text)
        minhash = RMinHash(num_perm=128, seed=1)
        minhash.update(list(mine))
        found = ((len(mine & sets[other]) / max(1, min(len(mine), len(sets[other]))), other)
                 for other in index.query(minhash))  # fmt: skip
        near.append(max(found, default=(0.0, -1)))
        index.insert(at, minhash)
        sets.append(mine)
    return near


def shingles(text: str) -> set[str]:
    """Cut into runs of three words; of five characters where there are few spaces."""
    tokens = text.lower().split()
    if len(tokens) * 20 < len(text):
        text = "".join(tokens)
        return {text[at : at + 5] for at in range(max(1, len(text) - 4))}
    return {" ".join(tokens[at : at + 3]) for at in range(max(1, len(tokens) - 2))}


def chained(near: list[tuple[float, int]], threshold: float) -> list[int]:
    """Give each article the story of its nearest, where that is near enough."""
    stories: list[int] = []
    for at, (similarity, other) in enumerate(near):
        stories.append(stories[other] if other >= 0 and similarity >= threshold else at)
    return stories


def f1(documents: list[Document], stories: list[Any]) -> tuple[float, float, float]:
    """Return F1, precision and recall over all pairs of articles."""

    def pairs(labels: list[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    truth = [document.story for document in documents]
    right, found, wanted = pairs(list(zip(truth, stories, strict=True))), pairs(stories), pairs(truth)
    return 2 * right / max(1, found + wanted), right / max(1, found), right / max(1, wanted)


def recalls(documents: list[Document], stories: list[Any]) -> dict[str, float]:
    """Return by kind of document the share that is where it belongs: copies with the original, others alone."""
    home = {each.story: story for each, story in zip(documents, stories, strict=True) if each.made == "original"}
    alone = Counter(stories)
    right: dict[str, list[bool]] = {}
    for each, story in zip(documents, stories, strict=True):
        fits = story == home[each.story] if each.story in home else alone[story] == 1
        right.setdefault(each.made, []).append(fits)
    return {made: round(sum(fits) / len(fits), 4) for made, fits in sorted(right.items()) if made != "original"}


def measure(documents: list[Document]) -> dict[str, dict[str, Any]]:
    """Score every method that is installed."""
    began = time.process_time()
    stories = ours(documents)
    results = {"newsbeam": _row(documents, stories, time.process_time() - began)}
    results["newsbeam"]["by kind"] = recalls(documents, stories)
    methods: dict[str, Callable[[list[Document]], list[tuple[float, int]]]] = {
        "trafilatura Simhash": simhash, "datasketch": datasketch, "rensa + texts": rensa,
    }  # fmt: skip
    for name, method in methods.items():
        if importlib.util.find_spec(name.split()[0]) is None:
            continue
        began = time.process_time()
        near = method(documents)
        spent = time.process_time() - began
        best = max((step / 100 for step in range(20, 100, 2)), key=lambda step: f1(documents, chained(near, step))[0])
        results[name] = {**_row(documents, chained(near, best), spent), "threshold": best}
    return results


def _row(documents: list[Document], stories: list[Any], seconds: float) -> dict[str, Any]:
    score, precision, recall = (round(value, 4) for value in f1(documents, stories))
    return {"f1": score, "precision": precision, "recall": recall, "ms": round(1000 * seconds / len(documents), 3)}


def main() -> None:
    """Print a table for each set; end with an error where ours misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--originals", type=int, default=240)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    sets = {"invented": generate(invented(options.originals, rng), rng)}
    if os.environ.get("NEWSBEAM_DATA"):
        sets["pages"] = generate(real(Path(os.environ["NEWSBEAM_DATA"]), options.originals, rng), rng)
    else:
        print("duplicates: NEWSBEAM_DATA IS UNSET, INVENTED TEXTS ONLY")
    results = {name: measure(documents) for name, documents in sets.items()}
    for name, rows in results.items():
        print(f"\n| {name}: {len(sets[name])} | F1 | precision | recall | ms a document |\n|---|---|---|---|---|")
        for method, row in rows.items():
            print(f"| {method} | {row['f1']:.4f} | {row['precision']:.4f} | {row['recall']:.4f} | {row['ms']:.2f} |")
        print("by kind: " + ", ".join(f"{made} {share:.3f}" for made, share in rows["newsbeam"]["by kind"].items()))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    missed = [name for name, rows in results.items() if rows["newsbeam"]["f1"] < WANTED_F1]
    if missed:
        raise SystemExit(f"F1 below {WANTED_F1}: {', '.join(missed)}")


if __name__ == "__main__":
    main()
