"""Fixtures everybody shares: a MinIO server for the session, and a fresh lake on disk or on it for each test.

`minio` starts the server that `scripts/minio.sh` finds or builds, or takes the one at NEWSBEAM_S3_ENDPOINT. With
NEWSBEAM_TEST_S3=versitygw it is the one of `scripts/versitygw.sh`. Its keys stay in the environment for the whole
session, so that a `newsbeam` run as a subprocess finds them.
"""

import multiprocessing
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

from schemas.settings import LakeSettings

# Two processes share the machine: how long an example takes says nothing.
hypothesis.settings.register_profile("newsbeam", deadline=None)
hypothesis.settings.load_profile("newsbeam")

pytest.register_assert_rewrite("lake_rows")
TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))  # for modules that several tests share

SCRIPT = TESTS.parent / "scripts" / "minio.sh"
VERSITYGW = TESTS.parent / "scripts" / "versitygw.sh"
ACCESS_KEY = "newsbeam-tests"
SECRET_KEY = "newsbeam-tests-secret"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class S3Server(NamedTuple):
    """A running S3 server; its keys are in the environment."""

    endpoint: str  # http://host:port
    real: bool  # False: moto, which checks no keys
    ours: bool = False  # a MinIO that was started here, whose users, policies and quotas tests may change


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Names of cases don't hold bytes: compressed ones differ by the clock, and the processes must collect the same."""
    return argname if isinstance(val, bytes) else None


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def await_ready(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers at its readiness address, 60 seconds at most."""
    anyone = ssl._create_unverified_context()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the S3 server ended with {server.returncode} before it was ready")
        try:
            with urllib.request.urlopen(address, timeout=2, context=anyone):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.fail(f"{address} was not ready within 60 s")


def start_minio(folder: Path, port: int, certificates: Path | None = None) -> "subprocess.Popen[bytes]":
    """Serve a folder on a port of 127.0.0.1 with the tests' keys, over TLS with certificates; the caller stops it."""
    environment = {k: v for k, v in os.environ.items() if k != "NEWSBEAM_S3_ENDPOINT"}
    environment |= {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY}
    environment |= {"MINIO_CERTS_DIR": str(certificates)} if certificates else {}
    command = [str(SCRIPT), "serve", str(folder), str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    await_ready(f"{'https' if certificates else 'http'}://127.0.0.1:{port}/minio/health/ready", server)
    return server


def start_versitygw(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Serve a folder by versitygw on a port of 127.0.0.1 with the tests' keys; the caller stops it."""
    environment = os.environ | {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}
    command = [str(VERSITYGW), "serve", str(folder), str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    await_ready(f"http://127.0.0.1:{port}/health", server)
    return server


def start_s3(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Serve a folder by the S3 server that the session runs on."""
    return start_versitygw(folder, port) if second_server() else start_minio(folder, port)


def second_server() -> bool:
    """Tell whether the session runs on versitygw."""
    return os.environ.get("NEWSBEAM_TEST_S3") == "versitygw"


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End a server by its own process id."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _moto(request: pytest.FixtureRequest) -> Iterator[S3Server]:
    from moto.server import ThreadedMotoServer

    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\nNO MINIO SERVER WAS FOUND OR BUILT: THE S3 TESTS RUN AGAINST MOTO, WHICH IS NOT THE REAL THING")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Server(f"http://{host}:{port}", False)
    server.stop()


@pytest.fixture(scope="session")
def minio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Run a MinIO server for the session, or name the one that NEWSBEAM_S3_ENDPOINT names."""
    running = os.environ.get("NEWSBEAM_S3_ENDPOINT", "")
    if running:
        yield S3Server(running, True)
        return
    kept = {key: os.environ.get(key) for key in (*KEYS, "NEWSBEAM_S3_ENDPOINT")}
    os.environ.update(dict(zip(KEYS, (ACCESS_KEY, SECRET_KEY), strict=True)))
    script = VERSITYGW if second_server() else SCRIPT
    if subprocess.run([str(script), "path"], capture_output=True, check=False).returncode == 0:
        folder = tmp_path_factory.mktemp("minio")
        port = free_port()
        server = start_s3(folder, port)
        yield S3Server(f"http://127.0.0.1:{port}", True, not second_server())
        stop(server)
        shutil.rmtree(folder, ignore_errors=True)
    else:
        yield from _moto(request)
    for key, value in kept.items():
        os.environ.pop(key, None)
        if value is not None:
            os.environ[key] = value


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Return what starts a process in milliseconds: a fork of one that has imported the lake and done nothing yet."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lake_processes", "lake.s3", "lake.disk"])
    with pytest.MonkeyPatch.context() as environment:  # its children inherit the environment of this moment
        environment.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
        if not os.environ.get("NEWSBEAM_S3_ENDPOINT"):
            for key, value in zip(KEYS, (ACCESS_KEY, SECRET_KEY), strict=True):
                environment.setenv(key, value)
        ensure_running()
    return context


@pytest.fixture
def disk_lake(tmp_path: Path) -> LakeSettings:
    """Name a fresh lake in a folder; the folder is not there yet."""
    return LakeSettings(uri=str(tmp_path / "lake"), patience=5)


@pytest.fixture
def s3_lake(minio: S3Server) -> LakeSettings:
    """Name a fresh lake in a bucket that is not there yet."""
    return LakeSettings(uri=f"s3://test-{uuid.uuid4().hex[:16]}/news", endpoint=minio.endpoint, patience=5)


@pytest.fixture(params=["disk", pytest.param("minio", marks=pytest.mark.minio)])
def lake_settings(request: pytest.FixtureRequest) -> LakeSettings:
    """Name a fresh lake, once on disk and once on MinIO."""
    settings: LakeSettings = request.getfixturevalue("disk_lake" if request.param == "disk" else "s3_lake")
    return settings
