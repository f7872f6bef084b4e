"""The whole of newsbeam against a bare loop, datatrove, newspaper4k and news-please: articles a second, peak memory.

Run: NEWSBEAM_DATA=… python -m benchmarks.end_to_end [--pages N] [--peers PYTHON] [--rounds N] [--json FILE]

Every tool is a command of its own, start-up and models included, and reads the same JSON Lines file: the pages of
`NEWSBEAM_DATA` under new addresses. With names: `newsbeam ingest` (text, names, Parquet, ledger) beside a loop in one
process that does the least that gives text and names, trafilatura and spaCy NER. Text alone: `newsbeam ingest` without
a tagger beside the same loop without names, datatrove's local executor with its trafilatura block, and loops of
newspaper4k and news-please. `--peers` names an interpreter that has the last three, which want older packages:

    uv venv peers && uv pip install --python peers/bin/python "datatrove[io,processing]" news-please newspaper4k

Target: at least 1.8 times the loop, where two independent loops on two cores reach 2.0.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.pages import pages
from transforms.article.decode import decode

_READ: Final = "import json, sys\nrecords = map(json.loads, open(sys.argv[1]))\n"
_BARE: Final = (
    "import trafilatura\n"
    "def text_of(html):\n"
    "    found = trafilatura.bare_extraction(html, with_metadata=True)\n"
    "    return (found.text or '') if found else ''\n"
)
LOOP: Final = (
    _READ
    + _BARE
    + "from transforms.article.spacy_models import best_model\nfrom transforms.article.spacy_tagger import load_ner\n"
    "nlp, count = load_ner(best_model('en')), 0\n"
    "for record in records:\n"
    "    text = text_of(record['html'])\n"
    "    count += bool(text)\n"
    "    for line in text.splitlines():\n"
    "        list(nlp(line).ents)\n"
    "print(count)\n"
)
TEXT_LOOP: Final = _READ + _BARE + "print(sum(bool(text_of(record['html'])) for record in records))\n"
NEWSPAPER: Final = (
    _READ + "from newspaper import Article\ncount = 0\n"
    "for record in records:\n"
    "    article = Article(url=record['url'], fetch_images=False)\n"
    "    try:\n"
    "        article.download(input_html=record['html'])\n"
    "        article.parse()\n"
    "    except Exception:\n"
    "        continue\n"
    "    count += bool(article.text)\n"
    "print(count)\n"
)
NEWS_PLEASE: Final = (
    _READ + "from newsplease import NewsPlease\ncount = 0\n"
    "for record in records:\n"
    "    try:\n"
    "        count += bool(NewsPlease.from_html(record['html'], url=record['url'], fetch_images=False).maintext)\n"
    "    except Exception:\n"
    "        continue\n"
    "print(count)\n"
)
#: Two tasks, each of which reads every second file of the folder.
DATATROVE: Final = (
    "import json, sys, pathlib\n"
    "from datatrove.executor import LocalPipelineExecutor\n"
    "from datatrove.pipeline.extractors import Trafilatura\n"
    "from datatrove.pipeline.readers import JsonlReader\n"
    "from datatrove.pipeline.writers import ParquetWriter\n"
    "if __name__ == '__main__':\n"
    "    folder = sys.argv[1] + '-halves'\n"
    "    out, logs = sys.argv[1] + '-out', sys.argv[1] + '-logs'\n"
    "    steps = [JsonlReader(folder, text_key='html', id_key='url'), Trafilatura(timeout=10), ParquetWriter(out)]\n"
    "    LocalPipelineExecutor(steps, tasks=2, workers=2, logging_dir=logs, skip_completed=False).run()\n"
    "    import pyarrow.dataset\n"
    "    print(pyarrow.dataset.dataset(out).count_rows())\n"
)


class Ran(NamedTuple):
    """One command over all pages."""

    articles: int
    seconds: float
    peak_mb: float  # of its largest process


def main() -> None:
    """Read the arguments, measure in turn, print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.end_to_end", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", help="an interpreter that has datatrove, newspaper4k and news-please")
    parser.add_argument("--json", type=Path, help="file for the result")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), given.pages, given.rounds, given.peers)
    print(table(result, given.pages))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def measure(folder: Path, count: int, rounds: int, peers: str | None) -> dict[str, dict[str, float]]:
    """Run each tool `rounds` times, in turn; medians."""
    path = folder / "pages.jsonl"
    write_records(path, count)
    runs: dict[str, list[Ran]] = {}
    for number in range(rounds):
        for name, command in commands(path, folder / f"lake-{number}", peers).items():
            runs.setdefault(name, []).append(run(command))
            print(f"{name}: {runs[name][-1]}", file=sys.stderr, flush=True)
    return {name: summary(found, count) for name, found in runs.items()}


def write_records(path: Path, count: int) -> None:
    """Write the pages as records with an address of their own, and as two halves for what reads folders."""
    halves = [path.with_name(f"{path.name}-halves") / f"{half}.jsonl" for half in range(2)]
    halves[0].parent.mkdir()
    with path.open("w") as whole, halves[0].open("w") as first, halves[1].open("w") as second:
        for number, page in enumerate(pages(count)):
            record = {"url": f"https://site{number % 50}.example/{number}", "html": decode(page, markup=True)}
            line = json.dumps(record) + "\n"
            whole.write(line)
            (first, second)[number % 2].write(line)


def commands(path: Path, lake: Path, peers: str | None) -> dict[str, list[str]]:
    """Name the commands, those of the same kind side by side."""
    ingest = [sys.executable, "-m", "newsbeam", "-q", "--lake", str(lake), "ingest", str(path), "--json"]
    plain = lake.with_name(f"{lake.name}.toml")
    plain.write_text('[process]\ntagger = "none"\n', "utf-8")
    text = [*ingest[:4], "--config", str(plain), "--lake", f"{lake}-text", *ingest[6:]]
    found = {
        "loop of trafilatura and spaCy": [sys.executable, "-c", LOOP, str(path)],
        "newsbeam": ingest,
        "loop of trafilatura": [sys.executable, "-c", TEXT_LOOP, str(path)],
        "newsbeam, no names": text,
    }
    if peers:
        script = path.with_name("datatrove_run.py")
        script.write_text(DATATROVE, "utf-8")
        found |= {
            "datatrove, 2 workers": [peers, str(script), str(path)],
            "newspaper4k": [peers, "-c", NEWSPAPER, str(path)],
            "news-please": [peers, "-c", NEWS_PLEASE, str(path)],
        }
    return found


def run(command: list[str]) -> Ran:
    """Run one command to its end, by the clock."""
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{command[:3]} ended with {process.returncode}: {err.read()[-2000:]}")
        said = out.read().strip().splitlines()[-1]
    articles = int(json.loads(said)["articles"]) if said.startswith("{") else int(said)
    return Ran(articles, seconds, usage.ru_maxrss / 1024)


def summary(runs: list[Ran], count: int) -> dict[str, float]:
    """Reduce the rounds to medians."""
    seconds = statistics.median(each.seconds for each in runs)
    return {
        "articles": runs[-1].articles,
        "seconds": round(seconds, 1),
        "pages_s": round(count / seconds, 2),
        "peak_mb": round(runs[-1].peak_mb),
    }


def table(result: dict[str, dict[str, float]], count: int) -> str:
    """Lay out the result in Markdown; the ratio is to the loop of the same kind."""
    lines = [
        f"{count} pages, start-up included",
        "",
        "| | articles | pages/s | ratio to the loop |",
        "|---|---|---|---|",
    ]
    for number, (name, row) in enumerate(result.items()):
        loop = result["loop of trafilatura and spaCy" if number < 2 else "loop of trafilatura"]
        ratio = row["pages_s"] / loop["pages_s"]
        lines.append(f"| {name} | {row['articles']:.0f} | {row['pages_s']:.1f} | {ratio:.2f} | {row['peak_mb']:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
