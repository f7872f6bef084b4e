"""Die on purpose at a named step of the commit protocol, so that tests can see what is left behind.

NEWSBEAM_FAULT names the step, with `@N` its Nth passage in this process: `append.stands`, `put.done@3`. Nothing happens
while the variable is not set.
"""

import itertools
import os
import signal
from collections import defaultdict
from collections.abc import Iterator

_passages: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))


def point(name: str) -> None:
    """Pass a step: the process is killed (SIGKILL) if it is the one that NEWSBEAM_FAULT names."""
    wanted = os.environ.get("NEWSBEAM_FAULT")
    if not wanted:
        return
    step, _, number = wanted.partition("@")
    if step == name and next(_passages[name]) == int(number or 1):
        os.kill(os.getpid(), signal.SIGKILL)
