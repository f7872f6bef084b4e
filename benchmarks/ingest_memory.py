"""Peak memory of `newsbeam ingest` over few and over many generated articles of 3 kB, from one JSONL file.

Run: python -m benchmarks.ingest_memory [FEW [MANY]]

Target: the peak of the process over 100,000 articles at most 1.3 times that over 10,000. Nothing is tagged: the models
live in the workers, whose memory does not depend on how much is read.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.ingest import peak
from benchmarks.world import World, zipf

WORDS = 480  # about 3 kB


def write_records(path: Path, count: int) -> None:
    """Write a JSONL file of articles over thirty days."""
    world, first = World(), datetime(2026, 8, 1, tzinfo=UTC)
    with path.open("w") as file:
        for number in range(count):
            words = [world.words[n] for n in zipf(world.rng, len(world.words), (WORDS,)).tolist()]
            lines = [" ".join(words[start : start + 40]).capitalize() + "." for start in range(0, WORDS, 40)]
            when = first + timedelta(seconds=int(world.rng.integers(0, 30 * 86_400)))
            record = {"url": f"https://example.org/{number}", "title": " ".join(words[:8]), "text": "\n".join(lines)}
            file.write(json.dumps(record | {"published_at": when.isoformat(), "language": "en"}) + "\n")


def measured(count: int) -> float:
    """Ingest `count` articles into a new lake, print a line, and return the peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        write_records(Path(folder) / "articles.jsonl", count)
        (Path(folder) / "newsbeam.toml").write_text('[process]\ntagger = "none"\n')
        command = [sys.executable, "-m", "newsbeam", "--lake", "lake", "ingest", "articles.jsonl", "--json"]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
        most = peak(process)
        told = json.loads(process.communicate()[0])
        seconds = time.perf_counter() - start
        sizes = [path.stat().st_size for path in Path(folder, "lake").rglob("*.parquet")]
    print(
        f"{count:7} articles {seconds:7.1f} s {count / seconds:6.1f}/s   peak {most:6.0f} MB   "
        f"{told['articles']} stored, {len(sizes)} files of {np.mean(sizes) / 1024:.0f} kB, {told['outcomes']}",
        flush=True,
    )
    return most


def main(few: int = 10_000, many: int = 100_000) -> None:
    """Measure both and print the ratio."""
    small = measured(few)
    print(f"ratio of the peaks {measured(many) / small:.2f} (target: at most 1.3)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
