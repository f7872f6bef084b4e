"""What to tell a user whose S3 server refuses or is silent: one line with the remedy, and no key in it.

Three clients speak to a server, and each has errors of its own: minio (`S3Error` and urllib3's), deltalake and pyarrow
(texts, with the server's answer somewhere in them).
"""

import re
from typing import Final

from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import MaxRetryError, NameResolutionError, ProtocolError, SSLError, TimeoutError

from lake.keys import Endpoint, Keys
from lake.patience import Verdict
from schemas.settings import LakeSettings

_KEY: Final = "the access key is unknown there: check AWS_ACCESS_KEY_ID"
_SECRET: Final = "the secret key is wrong: check AWS_SECRET_ACCESS_KEY"
_TOKEN: Final = "the session token is wrong or has expired: get new keys, or check AWS_SESSION_TOKEN"
_RIGHTS: Final = "the keys have no permission{}: they need to list the bucket, and to get, put and delete objects there"
_REGION: Final = "the region is wrong: set [s3] region or AWS_REGION to the server's"
_QUOTA: Final = "the bucket's quota is used up: free some space or raise it"
_FULL: Final = "no space is left on the server: free some"
_CLOCK: Final = "this machine's clock is wrong: set it"
_GONE: Final = "the bucket is gone"
_SILENT: Final = "no answer ({}): is the server running, and the endpoint right?"
_CLOSED: Final = (
    "it closes the connection unanswered: does it run well, and is the endpoint right, http:// or https://?"
)
_NAME: Final = "no such host: check NEWSBEAM_S3_ENDPOINT or [s3] endpoint"
_PLAIN: Final = "the server does not speak TLS: write http:// in the endpoint"
_SECURE: Final = "the server speaks TLS only: write https:// in the endpoint"
_TRUST: Final = "its certificate is not trusted: name the certificate authority's file in [s3] ca_file"

_CODES: Final = {
    "InvalidAccessKeyId": _KEY,
    "SignatureDoesNotMatch": _SECRET,
    "InvalidTokenId": _TOKEN,
    "InvalidToken": _TOKEN,
    "ExpiredToken": _TOKEN,
    "AccessDenied": _RIGHTS,
    "AllAccessDisabled": _RIGHTS,
    "ACCESS_DENIED": _RIGHTS,
    "BucketAlreadyExists": "the bucket belongs to somebody else: name another with --lake",
    "NoSuchBucket": _GONE,
    "AuthorizationHeaderMalformed": _REGION,
    "InvalidRegion": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "PermanentRedirect": "the bucket is in another region: set [s3] region or AWS_REGION to the bucket's",
    "RequestTimeTooSkewed": _CLOCK,
    "XMinioStorageFull": _FULL,
    "InsufficientStorage": _FULL,
    "NoSpaceLeftOnDevice": _FULL,
    "QuotaExceeded": _QUOTA,
    "XMinioAdminBucketQuotaExceeded": _QUOTA,
}

#: What a text says, and what that means; the first that is found holds.
_TEXTS: Final = (
    ("CERTIFICATE_VERIFY_FAILED", _TRUST),
    ("invalid peer certificate", _TRUST),
    ("SSL peer certificate", _TRUST),
    ("WRONG_VERSION_NUMBER", _PLAIN),
    ("RECORD_LAYER", _PLAIN),
    ("InvalidContentType", _PLAIN),
    ("HTTP request to an HTTPS server", _SECURE),
    ("plain HTTP request was sent to HTTPS port", _SECURE),
    ("dns error", _NAME),
    ("resolve host", _NAME),
    ("Name or service not known", _NAME),
    ("onnection refused", _SILENT.format("Connection refused")),
    ("onnection reset", _CLOSED),
    ("Remote end closed", _CLOSED),
    ("Broken pipe", _CLOSED),
    ("timed out", _SILENT.format("timed out")),
    ("error sending request", _SILENT.format("the connection broke")),
    ("NETWORK_CONNECTION", _SILENT.format("the connection broke")),
)
_LASTING: Final = (_TRUST, _PLAIN, _SECURE)
_CODE: Final = re.compile(r"<Code>(\w+)</Code>|AWS Error ([A-Z_]+) ")
_STATUS: Final = re.compile(r"\b([45]\d\d) [A-Z]|HTTP status (?:code )?([45]\d\d)")


def judge(settings: LakeSettings, at: Endpoint, keys: Keys, error: Exception, doing: str = "") -> Verdict:
    """Say in one line what a failed request means, with the lake, the server and the remedy; and whether it may pass.

    `doing` is the word for what was tried: put, get, list, delete.
    """
    why, passing = _why(error)
    if why is _RIGHTS:
        why = _RIGHTS.format(f" to {doing}" if doing else "")
    for secret in keys:  # whatever a server has put into its answer
        why = why.replace(secret, "…") if secret else why
    scheme = "https" if at.secure else "http"
    return Verdict(f"the lake {settings.uri} at {scheme}://{at.address} can not be used: {why}", passing)


def _why(error: Exception) -> tuple[str, bool]:
    if isinstance(error, S3Error):
        return _of_code(error.code or "", error.message or "", error.response.status)
    if isinstance(error, InvalidResponseError | ServerError):
        return _of_status(error)
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, NameResolutionError):
        return _NAME, True
    text = str(cause)
    found = _CODE.search(text)
    if found:
        status = _STATUS.search(text)
        number = int(next(filter(None, status.groups()))) if status else 0
        code = found[1] or found[2]
        if code in _CODES or not any(word in text for word, _ in _TEXTS):
            return _of_code(code, "", number)
    why = next((why for word, why in _TEXTS if word in text), "")
    if why:
        return why, why not in _LASTING
    if isinstance(cause, SSLError):
        return f"TLS failed ({_one_line(text)})", False
    if _is_broken(cause):
        return _SILENT.format(_short(text)), True
    return f"{type(cause).__name__}: {_one_line(text)}", True


def _of_code(code: str, message: str, status: int) -> tuple[str, bool]:
    """Judge by the server's own word; without a status, one that is not known is taken to pass."""
    passing = status in (0, 408, 429) or (status >= 500 and status not in (501, 507))
    known = _CODES.get(code)
    if known:
        return known, False
    return f"{code}: {_one_line(message)}" if message else f"it answers {code}", passing


def _of_status(error: InvalidResponseError | ServerError) -> tuple[str, bool]:
    """Judge an answer that is not S3's, from a proxy or from another kind of server."""
    status = error.status_code if isinstance(error, ServerError) else error._code
    if "HTTP request to an HTTPS server" in str(error) or "HTTPS port" in str(error):
        return _SECURE, False
    if status in (408, 429) or status >= 500:
        return f"it answers with status {status}", True
    return f"it answers with status {status} and not as S3 does: check NEWSBEAM_S3_ENDPOINT or [s3] endpoint", False


def _is_broken(cause: Exception) -> bool:
    known = isinstance(cause, TimeoutError | ConnectionError | ProtocolError)
    return known or "NewConnectionError" in type(cause).__name__


def _short(text: str) -> str:
    text = _one_line(text)
    return text.rpartition("] ")[2] if "[Errno" in text else text.rpartition(": ")[2]


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"\x1b\[\d*m|↳", " ", text).split())[:200]
