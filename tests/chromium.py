"""Headless Chromium for tests, driven over the pipe of its DevTools protocol; tests without one skip loudly."""

import base64
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip
TIMEOUT = 120  # seconds for one answer, on a machine that has other work to do


class Page:
    """One page in the browser; `problems` are the errors and warnings of its console, and what its policy refused."""

    def __init__(self, browser: "Chromium") -> None:
        self.browser = browser
        self.problems: list[str] = []
        self.loaded = False
        target = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self.session = attached["sessionId"]
        browser.pages[self.session] = self
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.browser.call(method, parameters, self.session)

    def look(self, width: int, height: int = 900, dark: bool = False) -> None:
        """Take a size in CSS pixels and a colour scheme."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", {"features": [scheme]})

    def open(self, url: str, ready: str = "true") -> None:
        """Go there, and wait until it is loaded and an expression is true."""
        self.loaded = False
        self.call("Page.navigate", {"url": url})
        while not self.loaded:
            self.browser.hear()
        self.wait(ready)

    def wait(self, expression: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        while self.evaluate(f"Boolean({expression})") is not True:
            assert time.monotonic() < deadline, f"{expression} did not come true: {self.problems}"
            time.sleep(0.05)

    def evaluate(self, expression: str) -> Any:
        """Return the JSON value of an expression."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        said = self.call("Runtime.evaluate", asked)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {"type": kind, "key": key, "windowsVirtualKeyCode": code})

    def screenshot(self, path: Path, whole: bool = True) -> None:
        taken = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        path.write_bytes(base64.b64decode(taken["data"]))

    def heard(self, event: dict[str, Any]) -> None:
        kind, told = event["method"], event["params"]
        self.loaded = self.loaded or kind == "Page.loadEventFired"
        if kind == "Runtime.exceptionThrown":
            self.problems.append(str(told["exceptionDetails"].get("exception", told["exceptionDetails"])))
        elif kind == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.problems.append(
                f"{told['type']}: {[one.get('value', one.get('description')) for one in told['args']]}"
            )
        elif kind == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.problems.append(told["entry"]["text"])


class Chromium:
    """A running browser."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        low = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out)]
        actions = [(os.POSIX_SPAWN_DUP2, low[0], 3), (os.POSIX_SPAWN_DUP2, low[1], 4)]
        actions += [(os.POSIX_SPAWN_OPEN, out, os.devnull, os.O_WRONLY, 0) for out in (1, 2)]  # type: ignore[list-item]
        arguments = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        self.pid = os.posix_spawn(program, arguments, os.environ, file_actions=actions)
        for end in (theirs_in, theirs_out, *low):
            os.close(end)
        self.pages: dict[str, Page] = {}
        self._asked = 0
        self._unread = b""

    def call(self, method: str, parameters: dict[str, Any] | None = None, session: str | None = None) -> dict[str, Any]:
        """Send a command and return its result; what happens meanwhile is told to its page."""
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters or {}}
        message |= {"sessionId": session} if session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            said = self.hear()
            if said.get("id") == self._asked:
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result

    def hear(self) -> dict[str, Any]:
        """Return the next message; an event is told to its page."""
        said = self._next()
        if "method" in said and said.get("sessionId") in self.pages:
            self.pages[said["sessionId"]].heard(said)
        return said

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            read = os.read(self._in, 1 << 20)
            assert read, "Chromium has ended"
            self._unread += read
        message, self._unread = self._unread.split(b"\0", 1)
        said: dict[str, Any] = json.loads(message)
        return said

    def close(self) -> None:
        """End the browser by its process id."""
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self._in)
        os.close(self._out)


@contextmanager
def chromium(request: pytest.FixtureRequest, profile: Path) -> Iterator[Chromium]:
    """Run a browser; without one say so on the terminal, and skip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print("\nTHERE IS NO CHROMIUM: WHAT A BROWSER SHOWS IS NOT TESTED")
        pytest.skip("there is no Chromium")
    browser = Chromium(program, profile)
    try:
        yield browser
    finally:
        browser.close()
