"""Read a large file from any offset, without a place that reading has reached."""

import os
from typing import Final

_BLOCK: Final = 1 << 20


class Window:
    """A file of which one block is held at a time. For one thread."""

    def __init__(self, name: str) -> None:
        """Open a regular file; raises OSError."""
        if not os.path.isfile(name):
            os.stat(name)
            raise OSError(0, "not a regular file")
        self._file = open(name, "rb", buffering=0)  # noqa: SIM115
        self.size = os.fstat(self._file.fileno()).st_size
        self._first = 0
        self._block = b""

    def at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on, less at the end only; raises OSError."""
        end = offset + size
        if not (self._first <= offset and end <= self._first + len(self._block)):
            self._first, self._block = offset, self._read(offset, max(size, _BLOCK))
        return self._block[offset - self._first : end - self._first]

    def find(self, mark: bytes, offset: int) -> int:
        """Return where a mark stands next, `size` when nowhere; raises OSError."""
        while self.at(offset, 1):
            found = self._block.find(mark, offset - self._first)
            if found >= 0:
                return self._first + found
            offset = max(offset + 1, self._first + len(self._block) - len(mark) + 1)
        return self.size

    @property
    def closed(self) -> bool:
        """Tell whether the file is closed."""
        return self._file.closed

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, offset: int, size: int) -> bytes:
        parts: list[bytes] = []
        while size and (part := os.pread(self._file.fileno(), size, offset)):
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)
