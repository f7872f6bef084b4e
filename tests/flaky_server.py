"""What stands between a client and a server and loses answers: the server has done it, and nobody is told."""

import re
import socket
import threading
from collections import Counter


class Lossy:
    """Passes bytes on to a server, and loses the answer to the first of equal requests that match a pattern."""

    def __init__(self, upstream: str, pattern: str) -> None:
        host, _, port = upstream.removeprefix("http://").partition(":")
        self._upstream = (host, int(port))
        self._pattern = re.compile(pattern.encode())
        self.lost: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no further connection."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        lose = threading.Event()
        with client, socket.create_connection(self._upstream) as server:
            answers = threading.Thread(target=self._pass_on, args=(server, client, lose), daemon=True)
            answers.start()
            while data := _received(client):
                match = self._pattern.search(data)
                if match and self._is_first(match[0].decode()):
                    lose.set()
                if not _sent(server, data):
                    break
            _shut(server)
            answers.join()

    def _pass_on(self, server: socket.socket, client: socket.socket, lose: threading.Event) -> None:
        while data := _received(server):
            if lose.is_set() or not _sent(client, data):
                break
        _shut(client)

    def _is_first(self, request: str) -> bool:
        with self._lock:
            self.lost[request] += 1
            return self.lost[request] == 1


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(2**16)
    except OSError:
        return b""


def _sent(end: socket.socket, data: bytes) -> bool:
    try:
        end.sendall(data)
    except OSError:
        return False
    return True


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
