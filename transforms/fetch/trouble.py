"""What can go wrong on the way to a page, as one word of the ledger each."""

import ssl

import aiohttp
from aiohttp.http_exceptions import TransferEncodingError

from schemas.records import Refusal
from transforms.fetch.addresses import BlockedAddressError


class TroubleError(Exception):
    """The fetch of one URL ends here, or is tried once more.

    `wait`: seconds after which another try makes sense, `None` where none does, 0 for the client's own back-off.
    `later`: seconds after which the server allows a later try. `status`: of the answer, 0 where there was none.
    """

    def __init__(
        self, outcome: str, reason: str, wait: float | None = None, *, later: float = 0.0, status: int = 0
    ) -> None:
        super().__init__(reason)
        self.refusal = Refusal(outcome, reason, later)
        self.wait = wait
        self.status = status


def trouble_of(error: Exception) -> TroubleError:
    """Name what a failed request died of; connections that broke are worth another try."""
    match error:
        case TroubleError():
            return error
        case aiohttp.ClientConnectorError(os_error=BlockedAddressError()):
            return TroubleError("blocked_address", str(error.os_error))
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return TroubleError("tls", _line(error))
        case aiohttp.ClientConnectorDNSError():
            return TroubleError("dns", _line(error), wait=0)
        case TimeoutError():
            return TroubleError("timeout", "no connection in time")
        case aiohttp.ClientConnectorError():
            return TroubleError("connection", _line(error), wait=0)
        case aiohttp.ClientConnectionError() | ConnectionError():
            return TroubleError("connection", _line(error), wait=0)
        case aiohttp.ClientPayloadError():
            return _payload_trouble(error)
        case aiohttp.ClientResponseError():
            return TroubleError("bad_http", f"no valid HTTP: {error.message}"[:300].replace("\n", " "))
        case aiohttp.InvalidURL() | ValueError():
            return TroubleError("bad_url", _line(error))
        case OSError():
            return TroubleError("connection", _line(error), wait=0)
    return TroubleError("bad_http", _line(error))


def body_trouble_of(error: Exception) -> TroubleError:
    """Name what the reading of a body died of: a connection that breaks there leaves it truncated."""
    if isinstance(error, aiohttp.ClientConnectionError | ConnectionError):
        return TroubleError("truncated", f"the connection broke within the body: {_line(error)}", wait=0)
    return trouble_of(error)


def _payload_trouble(error: aiohttp.ClientPayloadError) -> TroubleError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TransferEncodingError) and "Not enough data" not in str(cause):
            return TroubleError("bad_http", f"broken chunks: {_line(cause)}")
        cause = cause.__cause__
    return TroubleError("truncated", f"the body ends before its end: {_line(error)}", wait=0)


def _line(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        why = error.os_error.strerror or str(error.os_error) or type(error.os_error).__name__
        return " ".join(f"no connection to {error.host}: {why}".split())[:300]
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
