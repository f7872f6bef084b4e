"""Prism, Beam's own local runner in Go: found or built, started for a run, ended after it. No Beam.

It is looked for on PATH, in ~/.cache/newsbeam/bin, and built there with Go where that is installed.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from schemas.errors import SettingsError

MODULE: Final = "github.com/apache/beam/sdks/v2/go/cmd/prism"
#: Seconds for its start, and minutes for its build.
READY: Final = 30.0
BUILD: Final = 20


def find_prism() -> Path:
    """Return the program, built first where there is none.

    Raises:
        SettingsError: there is none, and none can be built.

    """
    found = shutil.which("prism")
    built = _cache() / "prism"
    if found:
        return Path(found)
    return built if os.access(built, os.X_OK) else _build(built)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsbeam" / "bin"


def _build(target: Path) -> Path:
    wanted = f"{MODULE}@v{version('apache-beam')}"
    remedy = f"put `prism` on PATH, install Go, or build it elsewhere: go install {wanted}"
    go = shutil.which("go")
    if not go:
        raise SettingsError(f"there is no Prism: {remedy}")
    print(f"newsbeam: building Prism with Go, once; this takes some minutes: {wanted}", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:  # so that two builds never meet
        environment = os.environ | {"GOBIN": folder}
        try:
            subprocess.run(
                [go, "install", wanted], env=environment, check=True, capture_output=True, timeout=60 * BUILD
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            raise SettingsError(f"Prism can not be built ({said[-1] if said else error}): {remedy}") from error
        except subprocess.TimeoutExpired as error:
            raise SettingsError(f"Prism was not built within {BUILD} minutes: {remedy}") from error
        (Path(folder) / "prism").replace(target)
    return target


@contextmanager
def prism() -> Iterator[list[str]]:
    """Run Prism during the body; gives the flags of Beam that use it.

    It is outside of our process group, so that Ctrl-C reaches us alone and we can drain it; it listens on a free port.

    Raises:
        SettingsError: it is not there, or does not start.

    """
    program, port = find_prism(), _free_port()
    flags = [f"--job_port={port}", "--serve_http=false", "--log_level=warn", "--log_kind=text"]
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            [*_end_with_us(), program, *flags, "--idle_shutdown_timeout=10m"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            _await(server, port)
            yield [f"--job_endpoint=localhost:{port}", "--environment_type=LOOPBACK"]
        finally:
            server.terminate()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _end_with_us() -> list[str]:
    """Return what makes the kernel end Prism when we are killed, where the system has it (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SettingsError(f"Prism ended with {server.returncode} as it was started; try `prism --help`")
        with socket.socket() as connection:
            connection.settimeout(1)
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SettingsError(f"Prism does not answer at port {port} after {READY:g} s")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
