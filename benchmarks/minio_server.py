"""A MinIO server for the length of a measurement, where `scripts/minio.sh` finds or builds one."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).parent.parent / "scripts" / "minio.sh"


@contextmanager
def minio(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port and give its address, "" where there is no server; its keys are set for us."""
    if subprocess.run([SCRIPT, "path"], capture_output=True, check=False).returncode:
        print("NO MINIO: measured on disk only")
        yield ""
        return
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    os.environ |= {"AWS_ACCESS_KEY_ID": "newsbeam", "AWS_SECRET_ACCESS_KEY": "newsbeam-secret"}
    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen([SCRIPT, "serve", folder, str(port)], stdout=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/minio/health/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _await(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
