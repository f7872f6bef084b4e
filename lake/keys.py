"""Where an S3 server is and which keys open it.

Keys come from, in this order: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, MINIO_ACCESS_KEY and MINIO_SECRET_KEY, the
AWS credentials file, `[s3] access_key, secret_key` in the settings' TOML file, MINIO_ROOT_USER and MINIO_ROOT_PASSWORD.
They are read anew in each process and never stored.
"""

import configparser
import os
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from minio.credentials.providers import AWSConfigProvider

from schemas.errors import SettingsError
from schemas.settings import LakeSettings


class Keys(NamedTuple):
    """What signs a request."""

    access_key: str
    secret_key: str
    session_token: str | None

    def __repr__(self) -> str:
        """Hide the secrets."""
        return f"Keys({self.access_key!r}, …)"


class Endpoint(NamedTuple):
    """Where the S3 server listens."""

    address: str  # host:port, or host alone for the scheme's own port
    secure: bool


def endpoint(settings: LakeSettings) -> Endpoint:
    """Read the settings' endpoint: `http://…` and `https://…` say it all; without it AWS itself is meant.

    `host:port` without a scheme means http, because that is how MinIO is run at home, except on port 443; a host
    without a port means https, except localhost and 127.0.0.1. Raises SettingsError when it is no address.
    """
    text = settings.endpoint.strip()
    if not text:
        return Endpoint(f"s3.{settings.region}.amazonaws.com", True)
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise SettingsError(f"the S3 endpoint {text} is no address ({error}): write http://host:port") from error
    if not host or parts.scheme not in ("", "http", "https") or parts.path.strip("/") or parts.query or parts.username:
        raise SettingsError(f"the S3 endpoint {text} is no address: write http://host:port or https://host:port")
    plain = port != 443 if port else host in ("localhost", "127.0.0.1", "::1")
    secure = parts.scheme == "https" if parts.scheme else not plain
    shown = f"[{host}]" if ":" in host else host
    return Endpoint(f"{shown}:{port}" if port else shown, secure)


def keys(settings: LakeSettings) -> Keys:
    """Return the first pair of keys found; raises SettingsError that names what to set when there is none."""
    env = os.environ.get
    pairs = (
        (env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY"), env("AWS_SESSION_TOKEN")),
        (env("MINIO_ACCESS_KEY"), env("MINIO_SECRET_KEY"), None),
        _aws_file(),
        _toml(settings.config),
        (env("MINIO_ROOT_USER"), env("MINIO_ROOT_PASSWORD"), None),
    )
    for access_key, secret_key, token in pairs:
        if access_key and secret_key:
            return Keys(access_key, secret_key, token or None)
    raise SettingsError(
        f"no keys for {settings.uri}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,"
        " or [s3] access_key and secret_key in newsbeam.toml"
    )


def _aws_file() -> tuple[str | None, str | None, str | None]:
    try:
        found = AWSConfigProvider().retrieve()
    except (ValueError, configparser.Error):
        return None, None, None
    return found.access_key, found.secret_key, found.session_token


def _toml(config: str) -> tuple[str | None, str | None, str | None]:
    if not config:
        return None, None, None
    try:
        section = tomllib.loads(Path(config).read_text(encoding="utf-8")).get("s3", {})
    except FileNotFoundError:
        return None, None, None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{config} can not be read: {error}") from error
    if not isinstance(section, dict):
        raise SettingsError(f"{config}: s3 must be a section, [s3] with access_key and secret_key")
    return section.get("access_key"), section.get("secret_key"), section.get("session_token")
