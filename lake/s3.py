"""A lake in a bucket of MinIO or any other S3 server.

Objects are put in one request, so a broken upload leaves nothing. The server's clock dates them.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final, TypeVar

import pyarrow.fs
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from lake import fault, remedy, s3_check
from lake.authority import trust
from lake.keys import Keys, endpoint, keys
from lake.patience import Verdict, patiently
from lake.process import is_gone, maker
from lake.store import Listed
from schemas.errors import SettingsError
from schemas.settings import LakeSettings

T = TypeVar("T")

_FAILURES: Final = (MinioException, HTTPError, OSError)
_GONE: Final = ("NoSuchKey", "NoSuchObject")


class S3Store:
    """Objects under one prefix of one bucket."""

    def __init__(self, settings: LakeSettings) -> None:
        self.settings = settings
        bucket, _, prefix = settings.uri.removeprefix("s3://").partition("/")
        self.bucket = bucket
        self.prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._at = endpoint(settings)
        self.endpoint, self.secure = self._at  # host:port, and whether it speaks TLS
        self.region = settings.region
        self._keys = keys(settings)
        try:
            if settings.ca_file and self.secure:
                trust(settings.ca_file)
            self._pool = _pool(settings.ca_file, self.secure)
            self.client = Minio(
                self.endpoint,
                *self._keys,
                secure=self.secure,
                region=self.region,
                http_client=self._pool,
            )
            self.client.list_objects(bucket)  # checks the name only: nothing is sent before the first item is taken
        except OSError as error:
            raise SettingsError(f"{settings.ca_file} can not be read as [s3] ca_file: {error}") from error
        except ValueError as error:
            raise SettingsError(f"the lake {settings.uri} can not be used: {error}") from error

    def credentials(self) -> Keys:
        """Return access key, secret key and session token (None without one)."""
        return self._keys

    def check(self) -> None:
        """Make the bucket if it is missing and prove that the keys may do what a run needs; raises SettingsError."""
        s3_check.check(self)

    def put(self, path: str, data: bytes) -> None:
        """Write one object in one request."""
        fault.point("put.begins")
        self.patiently("put", lambda: self.upload(path, data))
        fault.point("put.done")

    def get(self, path: str) -> bytes:
        """Read one object; raises FileNotFoundError."""
        return self.patiently("get", lambda: self.download(path))

    def delete(self, path: str) -> None:
        """Delete one object; one that is gone already is no error."""
        self.patiently("delete", lambda: self.remove(path))

    def list(self, prefix: str) -> Iterator[Listed]:
        """Name the objects whose path begins with the prefix."""
        yield from self.patiently("list", lambda: list(self.names(prefix)))

    def explain(self, error: Exception) -> Verdict:
        """Say what a failed request means, whichever client made it."""
        return remedy.judge(self.settings, self._at, self._keys, error)

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return an S3 file system and `bucket/prefix` in it."""
        scheme = "https" if self.secure else "http"
        options = {"tls_ca_file_path": self.settings.ca_file} if self.settings.ca_file else {}
        system = pyarrow.fs.S3FileSystem(
            access_key=self._keys.access_key,
            secret_key=self._keys.secret_key,
            session_token=self._keys.session_token,
            region=self.region,
            scheme=scheme,
            endpoint_override=self.endpoint,
            connect_timeout=5,
            request_timeout=30,
            retry_strategy=pyarrow.fs.AwsStandardS3RetryStrategy(max_attempts=3),
            **options,
        )
        return system, f"{self.bucket}/{self.prefix}".rstrip("/")

    def uri(self, path: str) -> str:
        """Return the s3:// URI of an object or a table."""
        return f"s3://{self.bucket}/{self.prefix}{path}"

    def storage_options(self) -> dict[str, str] | None:
        """Return keys, endpoint and region; a commit is a conditional put (`If-None-Match: *`)."""
        options = {
            "aws_access_key_id": self._keys.access_key,
            "aws_secret_access_key": self._keys.secret_key,
            "aws_region": self.region,
            "aws_endpoint": f"{'https' if self.secure else 'http'}://{self.endpoint}",
            "aws_allow_http": "false" if self.secure else "true",
            "aws_virtual_hosted_style_request": "false",
            "aws_conditional_put": "etag",
            "connect_timeout": "5s",
            "timeout": "30s",
            "max_retries": "3",
            "retry_timeout": "10s",
        }
        if self._keys.session_token:
            options["aws_session_token"] = self._keys.session_token
        return options

    def persist(self, path: str) -> None:
        """Do nothing: what the server has answered for is safe."""

    def keeps_versions(self) -> bool:
        """Tell whether the bucket keeps what is deleted; False where the server does not say."""
        try:
            return str(self.client.get_bucket_versioning(self.bucket).status) == "Enabled"
        except _FAILURES:
            return False

    def reserve(self) -> Callable[[], None]:
        """Keep nothing back: a bucket that is full does not take what was deleted from it into account at once."""
        return lambda: None

    def sweep(self, now: datetime, alone: bool) -> None:
        """Delete the probes of checks that were killed; a broken put leaves nothing behind."""
        before = now - timedelta(seconds=self.settings.lease)
        for probe in self.list("_tmp/"):
            writer = maker(probe.path.removeprefix("_tmp/"))
            if probe.modified < before or (writer and is_gone(writer)):
                self.delete(probe.path)

    def upload(self, path: str, data: bytes) -> None:
        """Put one object, once."""
        size = max(len(data), 5 * 2**20)  # one part, so one request
        self.client.put_object(self.bucket, self.prefix + path, BytesIO(data), len(data), part_size=size)

    def download(self, path: str) -> bytes:
        """Get one object, once; raises FileNotFoundError."""
        try:
            answer = self.client.get_object(self.bucket, self.prefix + path)
        except S3Error as error:
            if error.code in _GONE:
                raise FileNotFoundError(self.uri(path)) from error
            raise
        try:
            data: bytes = answer.read()
        finally:
            answer.close()
            answer.release_conn()
        return data

    def remove(self, path: str) -> None:
        """Delete one object, once; one that is gone already is no error."""
        try:
            self.client.remove_object(self.bucket, self.prefix + path)
        except S3Error as error:
            if error.code not in _GONE:
                raise

    def names(self, prefix: str) -> Iterator[Listed]:
        """List objects, once."""
        for item in self.client.list_objects(self.bucket, prefix=self.prefix + prefix, recursive=True):
            if item.object_name and item.last_modified and not item.is_dir:
                path = item.object_name.removeprefix(self.prefix)
                yield Listed(path, item.size or 0, item.last_modified.astimezone(UTC))

    def patiently(self, doing: str, action: Callable[[], T], seconds: float | None = None) -> T:
        """Repeat a request while the server is away, no longer than the settings' patience or so many seconds."""
        longest = self.settings.patience if seconds is None else min(seconds, self.settings.patience)

        def judge(error: Exception) -> Verdict:
            if isinstance(error, FileNotFoundError):
                raise error
            return remedy.judge(self.settings, self._at, self._keys, error, doing)

        return patiently(longest, action, judge, *_FAILURES)


def _pool(ca_file: str, secure: bool) -> urllib3.PoolManager:
    """Return connections that wait 2 s for a server and 30 s for its next byte; `patiently` is what tries again."""
    context = ssl.create_default_context(cafile=ca_file or None) if secure else None  # takes a tenth of a second
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=2, read=30), maxsize=16, retries=False, ssl_context=context
    )
