"""Hosts that do not answer: after some failures in a row they are left alone."""

from collections import Counter
from typing import Final

from yarl import URL

from schemas.records import Refusal
from transforms.fetch.trouble import TroubleError

#: Outcomes that tell of the host, not of the page.
COUNTED: Final = frozenset({"timeout", "dns", "connection", "tls"})

#: Outcomes that tell nothing of the host.
UNASKED: Final = frozenset({"rate_limited", "blocked_address"})


class HostFailures:
    """Counts by host and port."""

    def __init__(self, most: int) -> None:
        self._most = max(1, most)
        self._counts: Counter[tuple[str, int]] = Counter()
        self._last: dict[tuple[str, int], Refusal] = {}

    def check(self, url: URL) -> None:
        """Refuse at once what a dead host would be asked for.

        Raises:
            TroubleError: with the outcome of the last failure.

        """
        host = _host(url)
        if self._counts[host] >= self._most:
            outcome, reason, _ = self._last[host]
            line = f"not asked, after {self._counts[host]} failures of {host[0]} in a row: {reason}"
            raise TroubleError(outcome, line[:300])

    def count(self, url: URL, refusal: Refusal) -> None:
        """Note how a request ended; any answer makes up for the failures before it."""
        host = _host(url)
        if refusal.outcome in COUNTED:
            if self._counts[host] < self._most:
                self._counts[host] += 1
                self._last[host] = refusal
        elif refusal.outcome not in UNASKED:
            self.answered(url)

    def answered(self, url: URL) -> None:
        """Note that the host answered."""
        self._counts.pop(_host(url), None)
        self._last.pop(_host(url), None)


def _host(url: URL) -> tuple[str, int]:
    return url.raw_host or "", url.port or 0
