"""What to tell a user whose S3 server refuses or is silent: one line with the remedy."""

from typing import Final

from minio.error import S3Error
from urllib3.exceptions import MaxRetryError, NameResolutionError, ProtocolError, SSLError, TimeoutError

from lake.keys import Endpoint
from schemas.settings import LakeSettings

_CODES: Final = {
    "InvalidAccessKeyId": "the access key is unknown there: check AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret key is wrong: check AWS_SECRET_ACCESS_KEY",
    "InvalidTokenId": "the session token is wrong or has expired: check AWS_SESSION_TOKEN",
    "InvalidToken": "the session token is wrong or has expired: check AWS_SESSION_TOKEN",
    "ExpiredToken": "the session token is wrong or has expired: check AWS_SESSION_TOKEN",
    "AccessDenied": "the keys have no permission: they need to list, get, put and delete objects there",
    "AllAccessDisabled": "the keys have no permission: they need to list, get, put and delete objects there",
    "BucketAlreadyExists": "the bucket belongs to somebody else: name another with --lake",
    "NoSuchBucket": "the bucket is gone",
    "AuthorizationHeaderMalformed": "the region is wrong: set [s3] region or AWS_REGION to the server's",
    "InvalidRegion": "the region is wrong: set [s3] region or AWS_REGION to the server's",
    "IllegalLocationConstraintException": "the region is wrong: set [s3] region or AWS_REGION to the server's",
    "PermanentRedirect": "the bucket is in another region: set [s3] region or AWS_REGION to the bucket's",
    "RequestTimeTooSkewed": "this machine's clock is wrong: set it",
    "XMinioStorageFull": "no space is left on the server: free some",
    "QuotaExceeded": "the bucket's quota is used up: free some space or raise it",
    "XMinioAdminBucketQuotaExceeded": "the bucket's quota is used up: free some space or raise it",
}


def explain(settings: LakeSettings, at: Endpoint, error: Exception) -> str:
    """Return one line that names the lake, the server and the remedy for a failed request."""
    scheme = "https" if at.secure else "http"
    return f"the lake {settings.uri} at {scheme}://{at.address} can not be used: {_why(at, error)}"


def _why(at: Endpoint, error: Exception) -> str:
    if isinstance(error, S3Error):
        return _CODES.get(error.code or "", f"{error.code}: {_one_line(error.message or '')}")
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, NameResolutionError):
        return "no such host: check NEWSBEAM_S3_ENDPOINT or [s3] endpoint"
    if isinstance(cause, SSLError) or "CERTIFICATE" in str(cause):
        return _tls(str(cause))
    if (
        isinstance(cause, TimeoutError | ConnectionError | ProtocolError)
        or "NewConnectionError" in type(cause).__name__
    ):
        return f"no answer ({_short(cause)}): is the server running, and the endpoint right?"
    return f"{type(cause).__name__}: {_one_line(str(cause))}"


def _tls(text: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted: name the certificate authority's file in [s3] ca_file"
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER" in text:
        return "the server does not speak TLS: write http:// in the endpoint"
    return f"TLS failed ({_one_line(text)})"


def _short(cause: Exception) -> str:
    text = _one_line(str(cause))
    return text.rpartition("] ")[2] if "[Errno" in text else text.rpartition(": ")[2]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
