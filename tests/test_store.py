"""Both stores keep the same contract; what stops them from working is said in one line."""

import contextlib
import dataclasses
import errno
import ipaddress
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
from conftest import S3Server, free_port, start_minio, start_s3, stop
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from lake_processes import check_as_nobody
from lake_rows import audit, ingest
from pyarrow.fs import FileSelector

from lake.keys import Endpoint, Keys, endpoint, keys
from lake.s3 import S3Store
from lake.store import Store, open_store
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings


@pytest.fixture
def store(lake_settings: LakeSettings) -> Store:
    found = open_store(lake_settings)
    found.check()
    return found


def certify(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 as MinIO wants it; return the file of the authority that signed it."""
    folder.mkdir(parents=True)
    authority, signer = _certificate("authority", None)
    server, key = _certificate("server", (authority, signer))
    (folder / "public.crt").write_bytes(server.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "private.key").write_bytes(private)
    (folder.parent / "authority.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    return folder.parent / "authority.pem"


def _certificate(
    name: str, by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(address, critical=False)
    )
    return builder.sign(by[1] if by else key, SHA256()), key


def complaint(settings: LakeSettings) -> str:
    """Return the one line with which a lake is refused."""
    with pytest.raises(SettingsError) as caught:
        open_store(settings).check()
    line = str(caught.value)
    assert "\n" not in line
    assert settings.uri.rstrip("/") in line
    return line


def test_check_makes_what_is_missing_and_leaves_nothing_in_it(store: Store) -> None:
    assert list(store.list("")) == []
    store.check()
    assert list(store.list("")) == []


def test_an_object_comes_back_as_it_was_put(store: Store) -> None:
    for data in (b"", b"some bytes", os.urandom(6 * 2**20)):
        store.put("a/b=c/part-1.parquet", data)
        assert store.get("a/b=c/part-1.parquet") == data
    assert [(listed.path, listed.size) for listed in store.list("a/")] == [("a/b=c/part-1.parquet", 6 * 2**20)]


def test_what_is_not_there_is_said_or_tolerated(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.get("a/none")
    store.put("a/one", b"1")
    store.delete("a/one")
    store.delete("a/one")
    store.delete("never/there")
    with pytest.raises(FileNotFoundError):
        store.get("a/one")


def test_a_listing_goes_by_prefix(store: Store) -> None:
    for path in ("a/1", "a/2/x", "ab/3", "b"):
        store.put(path, b"1")
    assert {listed.path for listed in store.list("")} == {"a/1", "a/2/x", "ab/3", "b"}
    assert {listed.path for listed in store.list("a/")} == {"a/1", "a/2/x"}
    assert {listed.path for listed in store.list("a")} == {"a/1", "a/2/x", "ab/3"}
    assert {listed.path for listed in store.list("a/2")} == {"a/2/x"}
    assert list(store.list("none/")) == []


def test_objects_are_dated_by_one_clock(store: Store) -> None:
    store.put("first", b"1")
    store.put("second", b"1")
    dates = {listed.path: listed.modified for listed in store.list("")}
    assert dates["first"] <= dates["second"]
    assert dates["first"].utcoffset() is not None


def test_pyarrow_reads_through_the_file_system(store: Store) -> None:
    store.put("a/b", b"bytes")
    system, base = store.filesystem()
    with system.open_input_stream(f"{base}/a/b") as stream:
        assert stream.read() == b"bytes"


def test_threads_share_a_store(store: Store) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            store.put(f"t/{number}-{turn}", b"x" * number)
            assert store.get(f"t/{number}-{turn}") == b"x" * number

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(store.list("t/"))) == 40


def test_addresses_are_absolute(
    disk_lake: LakeSettings, s3_lake: LakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(disk_lake.uri).parent)
    assert open_store(dataclasses.replace(disk_lake, uri="lake")).uri("articles") == f"{disk_lake.uri}/articles"
    assert open_store(s3_lake).uri("articles") == f"{s3_lake.uri}/articles"
    assert open_store(dataclasses.replace(s3_lake, uri="s3://bucket")).uri("articles") == "s3://bucket/articles"


def test_a_put_that_is_killed_leaves_nothing_to_be_seen(disk_lake: LakeSettings) -> None:
    Path(disk_lake.uri).mkdir()
    script = f"""
import os, sys
sys.path.insert(0, {os.getcwd()!r})
from lake.disk import DiskStore
from schemas.settings import LakeSettings
os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
DiskStore(LakeSettings(uri={disk_lake.uri!r})).put("articles/x", b"half")
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    store = open_store(disk_lake)
    assert list(store.list("")) == []
    assert len(list(Path(disk_lake.uri, "_tmp").iterdir())) == 1
    store.sweep(datetime.now(UTC), alone=False)
    assert not list(Path(disk_lake.uri, "_tmp").iterdir())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "file", "it is a file"),
        (lambda folder: folder / "file" / "lake", "a part of the path is a file"),
        (lambda folder: folder / "loop" / "lake", "go round in a circle"),
        (lambda folder: folder / ("x" * 300), "too long"),
        (lambda folder: "/proc/newsbeam", "--lake"),
        (lambda folder: "/dev/full/lake", "a part of the path is a file"),
    ],
)
def test_a_folder_that_can_not_be_used_is_refused(tmp_path: Path, make: Any, said: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert said in complaint(LakeSettings(uri=str(make(tmp_path))))


def test_a_forbidden_folder_is_refused(tmp_path: Path, processes: ForkServerContext) -> None:
    tmp_path.chmod(0o500)
    here, there = processes.Pipe()
    process = processes.Process(target=check_as_nobody, args=(LakeSettings(uri=str(tmp_path / "lake")), there))
    process.start()
    assert "no permission" in here.recv()
    process.join()


def test_a_lake_that_can_not_be_listed_is_not_taken_for_empty(
    disk_lake: LakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(disk_lake)
    store.put("articles/x", b"1")

    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error", disk_lake.uri)

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", fail)
        with pytest.raises(StoreError, match="its disk fails"):
            list(store.list(""))


def test_a_disk_that_is_full_in_mid_run_is_a_store_error(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    store.check()
    Path(disk_lake.uri, "articles").write_text("a file in the way")
    with pytest.raises(StoreError, match="articles"):
        store.put("articles/x", b"1")


def test_a_wrong_secret_is_named(s3_lake: LakeSettings, minio: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    if not minio.real:
        pytest.skip("MOTO CHECKS NO KEYS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    line = complaint(s3_lake)
    assert "the secret key is wrong" in line
    assert "wrong-secret" not in line
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    assert "the access key is unknown" in complaint(s3_lake)


def test_keys_without_permission_are_named(
    s3_lake: LakeSettings, minio: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not minio.ours:
        pytest.skip("ONLY A MINIO OF OUR OWN LETS US MAKE A USER WITHOUT PERMISSION")
    from minio.credentials.providers import StaticProvider
    from minio.minioadmin import MinioAdmin

    root = open_store(s3_lake)
    assert isinstance(root, S3Store)
    root.check()
    provider = StaticProvider(*root.credentials())
    admin = MinioAdmin(endpoint=root.endpoint, credentials=provider, secure=root.secure)
    admin.user_add(access_key="reader", secret_key="reader-secret")
    admin.attach_policy(["readonly"], user="reader")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "reader-secret")
    assert "no permission" in complaint(s3_lake)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"endpoint": "http://127.0.0.1:1"}, "no answer (Connection refused)"),
        ({"endpoint": "http://no.such.host.invalid:9000"}, "no such host"),
        ({"uri": "s3://Not_A_Bucket/x"}, "Not_A_Bucket"),
        ({"uri": "s3://"}, "bucket"),
    ],
)
def test_a_server_that_can_not_be_used_is_named(s3_lake: LakeSettings, change: dict[str, Any], said: str) -> None:
    assert said in complaint(dataclasses.replace(s3_lake, **change))


def test_tls_towards_a_plain_server_is_named(s3_lake: LakeSettings) -> None:
    secure = s3_lake.endpoint.replace("http://", "https://")
    assert "does not speak TLS" in complaint(dataclasses.replace(s3_lake, endpoint=secure))


def test_a_certificate_file_that_is_not_there_is_named(s3_lake: LakeSettings) -> None:
    settings = dataclasses.replace(s3_lake, endpoint="https://127.0.0.1:1", ca_file="/no/such/file.pem")
    with pytest.raises(SettingsError, match=r"/no/such/file\.pem"):
        open_store(settings)


@pytest.mark.minio
def test_a_private_authority_is_trusted_by_all_who_speak_to_the_server(
    tmp_path: Path, minio: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not minio.ours:
        pytest.skip("NO MINIO BINARY TO START WITH A CERTIFICATE")
    monkeypatch.setenv("SSL_CERT_FILE", str(certify(tmp_path / "other" / "certs")))  # what is set stays trusted
    authority = certify(tmp_path / "certs")
    port = free_port()
    server = start_minio(tmp_path / "data", port, tmp_path / "certs")
    unknown = LakeSettings(uri="s3://bucket/x", endpoint=f"https://127.0.0.1:{port}", patience=0.1)
    assert "its certificate is not trusted" in complaint(unknown)
    trusted = dataclasses.replace(unknown, ca_file=str(authority))
    ingest(trusted, [1, 2])
    assert len(Path(os.environ["SSL_CERT_FILE"]).read_text().split("BEGIN CERTIFICATE")) == 3
    plain = dataclasses.replace(unknown, endpoint=f"http://127.0.0.1:{port}")
    assert "the server speaks TLS only: write https://" in complaint(plain)
    system, base = open_store(trusted).filesystem()
    found = {info.base_name for info in system.get_file_info(FileSelector(base))}
    audit(trusted, {1, 2})
    stop(server)
    assert {"articles", "mentions", "outcomes", "runs"} <= found


@pytest.mark.minio
def test_a_server_that_is_away_is_waited_for(tmp_path: Path, minio: S3Server) -> None:
    if not minio.real or "NEWSBEAM_S3_ENDPOINT" in os.environ:
        pytest.skip("NO MINIO BINARY TO STOP AND START AGAIN")
    port = free_port()
    settings = LakeSettings(uri="s3://bucket/x", endpoint=f"127.0.0.1:{port}", patience=30)
    server = start_s3(tmp_path, port)
    store = open_store(settings)
    store.check()
    store.put("kept", b"1")
    stop(server)
    hasty = open_store(dataclasses.replace(settings, patience=0.1))
    with pytest.raises(StoreError, match="is the server running"):
        hasty.get("kept")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(store.get("kept")))
    reader.start()
    server = start_s3(tmp_path, port)
    reader.join(40)
    stop(server)
    assert found == [b"1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:9000", Endpoint("localhost:9000", False)),
        ("minio:9000", Endpoint("minio:9000", False)),
        ("127.0.0.1", Endpoint("127.0.0.1", False)),
        ("s3.example.org", Endpoint("s3.example.org", True)),
        ("s3.example.org:443", Endpoint("s3.example.org:443", True)),
        ("http://minio", Endpoint("minio", False)),
        ("https://minio:9000/", Endpoint("minio:9000", True)),
        ("http://[::1]:9000", Endpoint("[::1]:9000", False)),
        ("", Endpoint("s3.eu-central-1.amazonaws.com", True)),
    ],
)
def test_an_endpoint_is_read(text: str, expected: Endpoint) -> None:
    assert endpoint(LakeSettings(uri="s3://b", endpoint=text, region="eu-central-1")) == expected


@pytest.mark.parametrize(
    "text", ["ftp://x", "http://", "http://host:port", "http://host/path", "user:pw@host", "http://[::1"]
)
def test_an_endpoint_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="is no address"):
        endpoint(LakeSettings(uri="s3://b", endpoint=text))


@given(st.text(max_size=30))
def test_any_text_is_an_endpoint_or_is_refused(text: str) -> None:
    with contextlib.suppress(SettingsError):
        assert endpoint(LakeSettings(uri="s3://b", endpoint=text)).address


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in os.environ:
        if name.startswith(("AWS_", "MINIO_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return monkeypatch


def test_keys_are_found_in_their_order(no_keys: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "newsbeam.toml"
    settings = LakeSettings(uri="s3://b", config=str(config))
    with pytest.raises(SettingsError, match="AWS_ACCESS_KEY_ID"):
        keys(settings)
    no_keys.setenv("MINIO_ROOT_USER", "root")
    no_keys.setenv("MINIO_ROOT_PASSWORD", "secret")
    assert keys(settings) == Keys("root", "secret", None)
    config.write_text('[s3]\naccess_key = "toml"\nsecret_key = "secret"\n')
    assert keys(settings).access_key == "toml"
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = file\naws_secret_access_key = secret\naws_session_token = token\n"
    )
    assert keys(settings) == Keys("file", "secret", "token")
    no_keys.setenv("MINIO_ACCESS_KEY", "minio")
    no_keys.setenv("MINIO_SECRET_KEY", "secret")
    assert keys(settings).access_key == "minio"
    no_keys.setenv("AWS_ACCESS_KEY_ID", "aws")
    assert keys(settings).access_key == "minio"  # half a pair is none
    no_keys.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert keys(settings).access_key == "aws"
    assert "secret" not in repr(keys(settings))


@pytest.mark.parametrize("text", ["s3 = 1", "[s3", "[s3]\naccess_key = 1"])
def test_a_broken_settings_file_is_named(no_keys: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    config = tmp_path / "newsbeam.toml"
    config.write_text(text)
    with pytest.raises(SettingsError, match=r"newsbeam\.toml"):
        keys(LakeSettings(uri="s3://b", config=str(config)))
