"""The whole command over real pages: documents a second, and the parent's peak memory for few and for many pages.

Run: python -m benchmarks.ingest [FEW [MANY]]

Target: the parent's peak over 1,200 pages at most 1.2 times that over 300, since text never crosses a shuffle.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pages import write_pages


def peak(process: "subprocess.Popen[str]") -> float:
    """Follow a process to its end and return its own peak memory in MB (Linux: VmHWM)."""
    most = 0.0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        for line in status.splitlines():
            if line.startswith("VmHWM"):
                most = max(most, int(line.split()[1]) / 1024)
        time.sleep(0.05)
    return most


def measured(count: int) -> float:
    """Ingest `count` pages into a new lake, print a line, and return the parent's peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        write_pages(Path(folder) / "pages", count)
        command = [sys.executable, "-m", "newsbeam", "--lake", f"{folder}/lake", "ingest", f"{folder}/pages", "--json"]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        most = peak(process)
        told = json.loads(process.communicate()[0])
        seconds = time.perf_counter() - start
        files = sum(1 for _ in Path(folder, "lake").rglob("*.parquet"))
    print(
        f"{count:6} pages {seconds:7.1f} s {count / seconds:6.1f} pages/s   parent's peak {most:6.0f} MB   "
        f"{told['articles']} articles, {told['mentions']} mentions, {told['removed']} lines removed, "
        f"{files} files, {told['outcomes']}"
    )
    return most


def main(few: int = 300, many: int = 1200) -> None:
    """Measure both and print the ratio."""
    print("newsbeam ingest, start-up included")
    print(f"ratio of the peaks {1 / (measured(few) / measured(many)):.2f} (target: at most 1.2)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
