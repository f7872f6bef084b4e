"""Which process wrote a heartbeat or a temporary file, and whether it is still there.

A process is known by its host (name, boot, process-id namespace), its id and its start time, because ids come again.
"""

import itertools
import os
import re
import socket
import subprocess
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"(?P<host>[0-9a-f]{16})-(?P<pid>\d+)-(?P<started>[^-]*)-\d+")
_count = itertools.count()


class Process(NamedTuple):
    """One process of one host."""

    host: str  # 16 hex digits
    pid: int
    started: str  # ticks since boot, or what `ps` says; "" when nothing says it


@cache
def _host() -> str:
    parts = [socket.gethostname()]
    if Path("/proc/self/ns").is_dir():
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def _started(pid: int) -> str | None:
    """Return when a process began, "" when it is there but nothing says when, None when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None if Path("/proc/self/stat").exists() else _started_by_ps(pid)
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _started_by_ps(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False, env={"LC_ALL": "C"})
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "".join(shown.stdout.split())


def temporary_name() -> str:
    """Return a name that tells which process made it, new with each call."""
    host, pid, started = this_process()
    return f"{host}-{pid}-{started}-{next(_count)}"


def maker(name: str) -> Process | None:
    """Return the process that made a temporary name, None for any other name."""
    match = _NAME.fullmatch(name)
    return Process(match["host"], int(match["pid"]), match["started"]) if match else None


def this_process() -> Process:
    """Return the process that asks."""
    pid = os.getpid()
    return Process(_host(), pid, _started(pid) or "")


def is_gone(process: Process) -> bool:
    """Tell whether a process is known to have ended; False for another host's, of which nothing is known."""
    if process.host != _host():
        return False
    started = _started(process.pid)
    return started is None or bool(started and process.started and started != process.started)
