"""Prove, before any work starts, that a bucket can hold a lake: the keys may do what is needed, and commits hold."""

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final

from minio.error import S3Error

from lake.process import temporary_name
from schemas.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from lake.s3 import S3Store

_PROBE: Final = b"newsbeam"
_PATIENCE: Final = 1.0  # seconds: three tries, and short where there is no server


def check(store: "S3Store") -> None:
    """Make the bucket if it is missing; put, list, read, and delete a probe.

    A conditional put is tried as well: on a server that does not know it two commits would replace each other.
    Raises SettingsError.
    """
    probe = f"_tmp/{temporary_name()}"
    try:
        store.patiently("put", partial(_put, store, probe), _PATIENCE)
        conditional = _prove(store, probe)
        store.patiently("delete", partial(store.remove, probe), _PATIENCE)
    except ValueError as error:  # the name of the bucket is none
        raise SettingsError(store.explain(error).line) from error
    except (StoreError, FileNotFoundError) as error:
        raise SettingsError(str(error)) from (error.__cause__ or error)
    if not conditional:
        raise SettingsError(
            f"the lake {store.settings.uri} can not lie at {store.endpoint}: the server replaces an object though it is"
            " asked not to (If-None-Match), which commits need; take a newer version of it, or another server"
        )


def _put(store: "S3Store", probe: str) -> None:
    try:
        store.upload(probe, _PROBE)
    except S3Error as error:
        if error.code != "NoSuchBucket":
            raise
        _make_bucket(store)
        store.upload(probe, _PROBE)


def _prove(store: "S3Store", probe: str) -> bool:
    """Tell whether the server keeps the probe when it is asked not to replace it."""
    try:
        store.patiently("list", lambda: next(store.names(probe), None), _PATIENCE)
        store.patiently("get", partial(store.download, probe), _PATIENCE)
        return store.patiently("put", partial(_is_kept, store, probe), _PATIENCE)
    except (StoreError, FileNotFoundError):
        with contextlib.suppress(StoreError):
            store.patiently("delete", partial(store.remove, probe), _PATIENCE)
        raise


def _is_kept(store: "S3Store", probe: str) -> bool:
    try:
        store.client._put_object(store.bucket, store.prefix + probe, _PROBE, {"If-None-Match": "*"})
    except S3Error as error:
        if error.response.status not in (409, 412, 501):
            raise
        return bool(error.response.status != 501)
    return False


def _make_bucket(store: "S3Store") -> None:
    try:
        store.client.make_bucket(store.bucket, store.region)
    except S3Error as error:
        if error.code in ("AccessDenied", "AllAccessDisabled"):
            raise SettingsError(
                f"the lake {store.settings.uri} can not be used: there is no bucket {store.bucket} at {store.endpoint},"
                " and the keys may not make one: make it, or name another with --lake"
            ) from error
        if error.code != "BucketAlreadyOwnedByYou":
            raise
