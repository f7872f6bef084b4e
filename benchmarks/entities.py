"""Measure the taggers: F1 by label and step against the raw model, words a second, memory.

    NEWSBEAM_DATA=… python benchmarks/entities.py [model …]

Data: `$NEWSBEAM_DATA/entities/*.jsonl` (WikiGold, WNUT-17), one sentence a line with its spans. Scored: exact span and
type, micro-averaged over PER, ORG and LOC (GPE, LOC and FAC count as LOC). The sets are loose sentences, so each is
scored twice: every sentence a document of its own, and 12 sentences in a row as one (WikiGold's mean article).
Each model runs in a process of its own, so that its memory is its own.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import psutil

from schemas.settings import ProcessSettings
from transforms.article.entities import STEPS, find_names, tag_article
from transforms.article.names.page import Page, make_page
from transforms.article.tagger import Tag, Tagger, choose, load

SCORED = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
LABELS = ("PER", "ORG", "LOC")
ARTICLE = 12  # sentences
SETS = (("wikigold_en", 1), ("wikigold_en", ARTICLE), ("wnut17_en", 1))

Spans = set[tuple[int, int, str]]


class Sentence(NamedTuple):
    """A sentence with the spans that people marked."""

    text: str
    spans: Spans


class Remembering:
    """A `Tagger` that asks the model once for each text, so that the steps can be scored one by one."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self._seen: dict[str, list[Tag]] = {}

    def tag(self, texts: list[str]) -> list[list[Tag]]:
        """Return the names of each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        self._seen.update(zip(new, self._tagger.tag(new), strict=True))
        return [self._seen[text] for text in texts]


def read_sentences(data: Path, name: str) -> list[Sentence]:
    """Read one set of the data folder."""
    rows = map(json.loads, (data / "entities" / f"{name}.jsonl").read_text("utf-8").splitlines())
    return [Sentence(row["text"], {(start, end, label) for start, end, label in row["spans"]}) for row in rows]


def score(sentences: list[Sentence], size: int, tagger: Tagger) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield (step, F1 in percent by label and `all`) for the raw model and after each step, in their order."""
    tagger.tag([row.text for row in sentences])  # all at once, which a `Remembering` tagger remembers
    documents = [sentences[at : at + size] for at in range(0, len(sentences), size)]
    pages = [find_names(make_page("", "\n".join(row.text for row in rows), "en"), tagger) for rows in documents]
    yield "raw", _f1(documents, pages)
    for step in STEPS:
        pages = [step(page) for page in pages]
        yield step.__name__, _f1(documents, pages)


def _f1(documents: list[list[Sentence]], pages: list[Page]) -> dict[str, float]:
    counts: Counter[tuple[str, str]] = Counter()
    for rows, page in zip(documents, pages, strict=True):
        found = {(name.start, name.end, SCORED[name.label]) for name in page.names if name.label in SCORED}
        wanted: Spans = set()
        offset = 0
        for row in rows:
            wanted |= {(start + offset, end + offset, label) for start, end, label in row.spans if label in LABELS}
            offset += len(row.text) + 1
        for kind, spans in (("right", found & wanted), ("found", found), ("wanted", wanted)):
            counts.update((label, kind) for _, _, label in spans)
            counts["all", kind] += len(spans)
    return {
        label: round(200 * counts[label, "right"] / max(1, counts[label, "found"] + counts[label, "wanted"]), 1)
        for label in ("all", *LABELS)
    }


def measure(model: str, data: Path) -> dict[str, object]:
    """Measure one model in this process: seconds to load, MB, scores by set and step, speed."""
    settings = ProcessSettings(tagger=f"spacy:{model}")
    before, began = _megabytes(), time.perf_counter()
    tagger = load(choose("en", settings))
    assert tagger is not None
    loaded = time.perf_counter() - began
    remembering = Remembering(tagger)
    steps = {
        f"{name}, {size} a document": dict(score(read_sentences(data, name), size, remembering)) for name, size in SETS
    }
    speed = _speed(read_sentences(data, "wikigold_en"), tagger, settings)
    return {"load_s": round(loaded, 1), "model_mb": round(_megabytes() - before), **speed, "steps": steps}


def _speed(sentences: list[Sentence], tagger: Tagger, settings: ProcessSettings) -> dict[str, float]:
    """Compare bare tagging, the whole function and the steps alone, article by article; the best of three rounds."""
    articles = [[row.text for row in sentences[at : at + ARTICLE]] for at in range(0, len(sentences), ARTICLE)]
    texts = ["\n".join(rows) for rows in articles]
    words = sum(len(text.split()) for text in texts)
    pages = [find_names(make_page("", text, "en"), tagger) for text in texts]
    works: dict[str, Callable[[], object]] = {
        "bare": lambda: [tagger.tag(rows) for rows in articles],
        "whole": lambda: [tag_article("", text, "en", settings) for text in texts],
        "steps": lambda: [reduce(lambda page, step: step(page), STEPS, page) for page in pages],
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(3):
        for name, work in works.items():
            began = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - began)
    return {
        "bare_words_s": round(words / best["bare"]),
        "words_s": round(words / best["whole"]),
        "steps_ms_per_1000_words": round(1e6 * best["steps"] / words, 2),
        "process_mb": round(_megabytes()),
    }


def _megabytes() -> float:
    return psutil.Process().memory_info().rss / 1e6


def _table(model: str, result: dict[str, object]) -> str:
    lines = [f"{model}: " + ", ".join(f"{key} {value}" for key, value in result.items() if key != "steps")]
    for name, steps in result["steps"].items():  # type: ignore[attr-defined]
        lines += ["", f"| {name} | all | PER | ORG | LOC | gain |", "|---|---|---|---|---|---|"]
        last = None
        for step, scores in steps.items():
            gain = "" if last is None else f"{scores['all'] - last:+.1f}"
            lines.append(f"| {step} | " + " | ".join(str(scores[label]) for label in ("all", *LABELS)) + f" | {gain} |")
            last = scores["all"]
    return "\n".join(lines)


def main() -> None:
    """Print the tables of every model named, by default the two English ones."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    data = Path(os.environ["NEWSBEAM_DATA"])
    if sys.argv[1:2] == ["--json"]:
        print(json.dumps(measure(sys.argv[2], data)))
        return
    for model in sys.argv[1:] or ["en_core_web_md", "en_core_web_sm"]:
        command = [sys.executable, __file__, "--json", model]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print(_table(model, json.loads(done.stdout)), end="\n\n")


if __name__ == "__main__":
    main()
