"""The sign of life of a run: a small object that is put again and again."""

import json
import threading
from typing import Final

from lake.process import this_process
from lake.store import Store
from schemas.errors import StoreError

FOLDER: Final = "_runs"
_LAST: Final = 5.0  # seconds given to a beat that is on its way


class Heartbeat:
    """Puts `_runs/<run_id>` every `settings.heartbeat` seconds from a thread of its own."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.run_id = run_id
        self.path = f"{FOLDER}/{run_id}"
        self._store = store
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat of {run_id}", daemon=True)

    def start(self) -> None:
        """Put the first sign of life, then go on in the background; raises StoreError."""
        self.beat()
        self._thread.start()

    def beat(self) -> None:
        """Put a sign of life now; raises StoreError."""
        self._store.put(self.path, json.dumps(this_process()._asdict()).encode())

    def stop(self) -> None:
        """End the thread; one that waits for a store that is away is left to itself. The last sign of life stays."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_LAST)

    def _run(self) -> None:
        while not self._stopped.wait(self._store.settings.heartbeat):
            try:
                self.beat()
            except StoreError:
                continue  # the store is away; the run itself will meet that, or the next beat succeeds
