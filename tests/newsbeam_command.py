"""Run `newsbeam` as a user does: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "newsbeam"]

#: Tests that are not about names run without a model: they start in half the time.
WITHOUT_MODEL = '[process]\ntagger = "none"\npool_size = 1\n'


class Ended(NamedTuple):
    """A run that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read what was printed."""
        return json.loads(self.out)


def start(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, said: Path | None = None
) -> "subprocess.Popen[str]":
    """Start the command; the caller waits for it. What it prints goes to the file `said`, if one is given."""
    with said.open("w") if said else nullcontext(subprocess.PIPE) as out:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            text=True,
        )


def finish(process: "subprocess.Popen[str]", seconds: float = 240) -> Ended:
    """Wait for the end."""
    out, err = process.communicate(timeout=seconds)
    return Ended(process.returncode, out, err)


def newsbeam(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run the command to its end."""
    return finish(start(folder, *arguments, environment=environment))


def rows(folder: Path, query: str, *before: str, environment: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Ask the lake and return its rows."""
    ended = newsbeam(folder, *before, "sql", query, "--format", "json", environment=environment)
    assert ended.code == 0, ended.err
    answer: list[dict[str, Any]] = ended.json
    return answer


def listing(lake: Path) -> Sequence[tuple[str, int, int]]:
    """List every file of a lake on disk with its size and its time of change."""
    return sorted(
        (str(path.relative_to(lake)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in lake.rglob("*")
        if path.is_file()
    )


def write_pages(folder: Path, count: int, start_at: int = 0) -> Path:
    """Write small distinct pages and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(start_at, start_at + count):
        body = "".join(
            f"<p>Sentence {line} of report {number} tells how the council of Tamale voted on bridge {number}.</p>"
            for line in range(6)
        )
        head = (
            f"<title>Bridge {number} is approved</title><link rel=canonical href=https://example.org/bridges/{number}>"
        )
        article = f"<article><h1>Bridge {number} is approved</h1>{body}</article>"
        page = f"<html lang=en><head>{head}</head><body>{article}</body></html>"
        (folder / f"page-{number:04}.html").write_text(page)
    return folder
