"""Measure the text: F1 on four sets of pages, rules, dates, authors, titles and speed, with other tools beside ours.

    NEWSBEAM_DATA=… python -m benchmarks.text [--sets aeb,fe] [--quick] [--json FILE] [--pin]

Every tool reads every page in turn, so that they share whatever the machine is doing; times are CPU time. Tools that
are not installed (`pip install --group bench`) are said to be missing. `--quick` takes every eighth page; `--pin`
measures only what the text gate reads and writes it into `benchmarks/text.json`.
"""

import argparse
import json
import logging
import os
import warnings
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.text_scores import LineScore, score_lines, score_metadata, score_texts
from benchmarks.text_tools import TOOLS, Page, make, read_pages, run_tools, text_of
from schemas.records import LineRules
from transforms.article.learn import LineSketch, learn_lines
from transforms.article.line_hash import line_hashes
from transforms.article.signature import signature

PINNED = Path(__file__).with_name("text.json")
SETS = ("aeb", "fe", "ft", "daniel")
#: Sets that the text gate reads, and every how manieth page of them.
GATE = {"standard": {"aeb": 2, "fe": 1, "ft": 1}, "quality": {"aeb": 6, "fe": 6, "ft": 12, "daniel": 15}}


def score_rules(pages: Sequence[Page]) -> LineScore:
    """Score the built-in rules on pages."""
    made = [(page.text, make(page)) for page in pages]
    return score_lines((truth, found.stripped.removed) for truth, found in made if found)


def score_dates(pages: Sequence[Page]) -> dict[str, float]:
    """Score dates, authors and titles on pages whose truth has them."""
    made = [(page.truth["meta"], make(page)) for page in pages]
    return score_metadata((meta, found.extracted) for meta, found in made if found)._asdict()


def score_learned(pages: Sequence[Page]) -> dict[str, Any]:
    """Learn lines on each publisher's earlier half and score its later half, with them and without; halves by date."""
    publishers: dict[str, list[Page]] = defaultdict(list)
    for page in sorted(pages, key=lambda page: str((page.truth.get("meta") or {}).get("date", ""))):
        publishers[page.truth["publisher"]].append(page)
    without, with_them, removed = [], [], []
    for group in publishers.values():
        half = len(group) // 2
        taken = _learn(group[:half])
        for page in group[half:]:
            plain, clean = make(page), make(page, rules=LineRules(taken))
            without.append((page.text, text_of(plain)))
            with_them.append((page.text, text_of(clean)))
            removed.append((page.text, clean.stripped.removed if clean else []))
    lines = score_lines(removed, "learned.")
    before, after = score_texts(without), score_texts(with_them)
    return {"pages": len(removed), "without": before.f1, **after._asdict(), "lines": lines._asdict()}


def _learn(pages: Sequence[Page]) -> dict[bytes, str]:
    made = [(page.truth["id"], make(page)) for page in pages]
    sketches = [
        LineSketch(name, line_hashes(found.extracted.lines), signature(text_of(found))) for name, found in made if found
    ]
    return {line.line_hash: "learned.bench" for line in learn_lines(sketches) if line.status == "learned"}


def measure(data: Path, sets: Sequence[str], step: int, tools: Sequence[str]) -> dict[str, Any]:
    """Measure everything on some sets."""
    read = {name: read_pages(data, name, step) for name in sets}
    result: dict[str, Any] = {"sets": {name: run_tools(pages, tools) for name, pages in read.items()}}
    result["rules"] = score_rules([page for pages in read.values() for page in pages])._asdict()
    if "ft" in read:
        result["ft"] = score_dates(read["ft"])
    if "daniel" in read:
        result["learned"] = score_learned(read["daniel"])
    return result


def gate_scores(data: Path) -> dict[str, dict[str, float]]:
    """Score what the gate reads: mode → set → F1."""
    scores: dict[str, dict[str, float]] = {}
    for mode, steps in GATE.items():
        for name, step in steps.items():
            pages = read_pages(data, name, step)
            f1 = score_texts((page.text, text_of(make(page, mode))) for page in pages).f1
            scores.setdefault(mode, {})[name] = f1
    return scores


def table(result: dict[str, Any]) -> str:
    """Lay out a result as Markdown."""
    lines = []
    for name, tools in result["sets"].items():
        lines += [f"| {name} | F1 | precision | recall | empty | pages/s | speed against bare trafilatura |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for tool, score in sorted(tools.items(), key=lambda item: -item[1]["f1"]):
            lines.append(f"| {tool} | " + " | ".join(str(value) for value in score.values()) + " |")
        lines.append("")
    for name in ("rules", "ft", "learned"):
        if name in result:
            lines.append(f"{name}: " + ", ".join(f"{key} {value}" for key, value in result[name].items()))
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.text", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sets", default=",".join(SETS), help="which sets (all)")
    parser.add_argument("--quick", action="store_true", help="every eighth page")
    parser.add_argument("--json", type=Path, help="file for the result")
    parser.add_argument("--pin", action="store_true", help="write the scores that the text gate compares with")
    given = parser.parse_args()
    data = os.environ.get("NEWSBEAM_DATA")
    if not data:
        print("NEWSBEAM_DATA is unset: there are no pages to measure with")
        return
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if given.pin:
        PINNED.write_text(json.dumps(gate_scores(Path(data)), indent=1) + "\n", "utf-8")
        return
    tools = [name for name, (module, _) in TOOLS.items() if not module or find_spec(module)]
    result = measure(Path(data), given.sets.split(","), 8 if given.quick else 1, tools)
    print(table(result))
    missing = [name for name in TOOLS if name not in tools]
    if missing:
        print("not installed: " + ", ".join(missing))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
