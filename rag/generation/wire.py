"""Messages between two processes over a stream socket: a length of four bytes, big-endian, then one JSON object.

It knows nothing of what is said. A socket to another machine would carry the same frames.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import suppress
from typing import Any

Message = dict[str, Any]
_LENGTH = struct.Struct(">I")
_MOST_BYTES = 64 * 1024**2  # far above any prompt; a length beyond it is not of a frame


class Connection:
    """One end of a connection. Any thread may send; one receives.

    >>> here, there = map(Connection, socket.socketpair())
    >>> here.send(id=1, text="“ya”"); there.receive()
    {'id': 1, 'text': '“ya”'}
    >>> here.close(); there.receive() is None
    True
    >>> there.close()
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._incoming = connected.makefile("rb")
        self._sending = threading.Lock()

    def send(self, **message: Any) -> None:
        """Send one message. Raises OSError where the other end is gone."""
        content = json.dumps(message).encode("ascii")
        with self._sending:
            self._socket.sendall(_LENGTH.pack(len(content)) + content)

    def receive(self) -> Message | None:
        """Wait for the next message; None once the other end is gone, be it in the middle of one."""
        try:
            head = self._incoming.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                return None
            (length,) = _LENGTH.unpack(head)
            content = self._incoming.read(length) if length <= _MOST_BYTES else b""
        except OSError:
            return None
        if len(content) < length:
            return None
        message: Message = json.loads(content)
        return message

    def end(self) -> None:
        """Hang up: whoever receives, at either end, is told that nothing more comes."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up and give the socket back."""
        self.end()
        self._incoming.close()
        self._socket.close()
